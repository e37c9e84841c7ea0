//! What ends a run before it begins: a fault in the usage, the configuration or a policy.

use std::ops::Range;
use std::sync::Arc;

/// An error of usage, configuration or policy (exit code 2).
#[derive(Debug, Clone, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// What is wrong, no full stop.
    pub message: String,
    /// Where, when it stands in a file.
    pub place: Option<FailurePlace>,
    /// What is said under the underlined text.
    pub label: Option<String>,
    /// What to do; starts with a verb.
    pub help: Option<String>,
}

/// A place in a file that is not one of a run's descriptors.
#[derive(Debug, Clone)]
pub struct FailurePlace {
    /// Path as people should see it.
    pub path: String,
    /// Bytes of `text`.
    pub bytes: Range<usize>,
    /// The file's text.
    pub text: Arc<str>,
}

impl Failure {
    /// A failure without a place.
    pub fn new(message: impl Into<String>) -> Self {
        Failure { message: message.into(), place: None, label: None, help: None }
    }

    /// The same with a place.
    #[must_use]
    pub fn at(mut self, path: impl Into<String>, text: impl Into<Arc<str>>, bytes: Range<usize>) -> Self {
        self.place = Some(FailurePlace { path: path.into(), bytes, text: text.into() });
        self
    }

    /// The same with words under the underlined text.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// The same with help.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}
