//! Facts of a system: what its settings, its products and its owner's declarations say.

mod assessment;
mod build;
mod consent;
mod digest;
mod document;
mod fact;
mod filing;
mod profile;
pub mod reader;
mod retention;
mod transfer;
pub mod value;
mod verification;
pub mod view;
pub mod vocabulary;

pub use build::build;
pub use fact::{Evidence, Fact, FactValue, How, Label};
pub use profile::Profile;
pub use view::{Around, Reference, Stated, View};
