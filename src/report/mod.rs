//! Output: one file a format, all from one [`Report`].

pub mod model;

pub use model::Report;
