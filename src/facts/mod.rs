//! Facts of a system: what its settings, its products and its owner's declarations say.

mod assessment;
mod attributes;
mod build;
mod consent;
mod digest;
mod document;
mod fact;
mod filing;
mod liveness;
mod minors;
mod notice;
mod profile;
mod prompt;
mod purpose;
pub mod reader;
mod referred;
mod retention;
mod safeguards;
mod storage;
mod transfer;
pub mod value;
mod venue;
mod verification;
pub mod view;
pub mod vocabulary;

pub use build::build;
pub use fact::{Evidence, Fact, FactValue, How, Label};
pub use profile::Profile;
pub use view::{Around, Reference, Stated, View};
