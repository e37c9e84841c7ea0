//! A system at a glance.

/// The system at a glance.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Profile {
    /// `verification`, `identification`, `both` or `unknown`.
    pub mode: String,
    /// `present`, `absent`, `unknown` or `not-applicable`.
    pub fallback: String,
    /// `internet`, `lan`, `none` or `unknown`.
    pub transfer: String,
    /// `present`, `absent` or `unknown`.
    pub consent: String,
    /// `present`, `absent` or `unknown`.
    pub retention: String,
    /// `present`, `absent` or `unknown`.
    pub assessment: String,
}
