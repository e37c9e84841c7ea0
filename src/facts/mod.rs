//! Facts of a system: what its settings, its products and its owner's declarations say.

mod fact;
pub mod vocabulary;

pub use fact::{Evidence, Fact, FactValue, How, Label};
