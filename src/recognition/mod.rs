//! Recognition: where the catalogue matches.

pub mod catalogue;
pub mod literals;
mod load;
mod matcher;
pub mod pattern;
pub mod words;

use crate::source::Span;
pub use catalogue::{Confidence, Function, Mode, Product, Region, SightingKind};
pub use load::CatalogueError;
pub use matcher::{Catalogue, is_off};

/// One place where the catalogue matches.
#[derive(Debug, Clone)]
pub struct Sighting {
    /// Index into the catalogue's products.
    pub product: usize,
    /// Index into the catalogue's signatures.
    pub signature: usize,
    /// The resource in which it stands, an index into the run's resources.
    pub resource: usize,
    /// What it is.
    pub kind: SightingKind,
    /// What the component does.
    pub function: Function,
    /// How sure this place alone makes us.
    pub confidence: Confidence,
    /// Where face data go by this sign, if it tells.
    pub region: Region,
    /// The narrowest text that matched.
    pub span: Span,
    /// A name that does not depend on lines: the structural path and what matched.
    pub key: String,
    /// It is the key that matched, not the value.
    pub in_key: bool,
    /// The key's own words leave no doubt what it is for.
    pub sure: bool,
    /// The key is one that shows the component in use (a credential, an address, a model).
    pub telling: bool,
    /// The component is named but switched off here.
    pub off: bool,
}
