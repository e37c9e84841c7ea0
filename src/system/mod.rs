//! Systems: the sightings and resources that form one deployed face-recognition system.

mod group;
mod home;
mod links;
mod switches;

pub use group::group;
pub use home::Homes;
pub use links::Links;
pub use switches::apply as apply_switches;

use crate::recognition::Sighting;

/// One face-recognition system.
#[derive(Debug, Clone)]
pub struct System {
    /// A short stable name made from where it is and what it is (`compose/door`, `k8s/prod/face-gate`).
    pub id: String,
    /// The name people see.
    pub name: String,
    /// What was seen, the most telling first.
    pub sightings: Vec<Sighting>,
    /// The resources that belong to it, indices into the run's resources, sorted.
    pub resources: Vec<usize>,
    /// The resources in which a component was sighted; a subset of `resources`.
    pub components: Vec<usize>,
}
