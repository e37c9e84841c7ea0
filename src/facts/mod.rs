//! Facts of a system: what its settings, its products and its owner's declarations say.

mod fact;
mod profile;
pub mod reader;
pub mod value;
pub mod vocabulary;

pub use fact::{Evidence, Fact, FactValue, How, Label};
pub use profile::Profile;
