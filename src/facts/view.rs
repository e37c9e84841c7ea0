//! What the families of facts look at: one system with its settings, read through the vocabulary.

use super::reader::{Observation, Observed, ReadScope, Vocabulary};
use super::{Evidence, Fact, How, Label};
use std::sync::Arc;

use jiff::civil::Date;

use crate::calendar::Calendar;
use crate::descriptor::{Resource, ResourceKind, Setting};
use crate::recognition::{Catalogue, Confidence, Product, Sighting};
use crate::source::{SourceFile, Span};
use crate::system::System;

/// A setting that the vocabulary knows.
#[derive(Debug, Clone)]
pub struct Noted<'a> {
    /// The resource it stands in.
    pub resource: usize,
    /// The setting.
    pub setting: &'a Setting,
    /// What it says.
    pub observation: Observation,
}

/// A fact that the project states.
#[derive(Debug, Clone)]
pub struct Stated {
    /// Its name in `policies/declarations.yaml`.
    pub name: String,
    /// Its value or values as texts in normal form.
    pub values: Vec<String>,
    /// For references: what became of it.
    pub reference: Option<Reference>,
    /// The bytes of the value.
    pub span: Span,
    /// The bytes of the key.
    pub key_span: Span,
}

/// What a reference leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reference {
    /// A file of the project that is there, a URL or a document number.
    Given,
    /// A text that only holds the place (`TODO`).
    Placeholder,
    /// A path that does not exist in the project.
    Missing,
    /// A path that leads out of the project.
    Outside,
}

impl Reference {
    /// The state as rules see it.
    pub fn state(self) -> &'static str {
        match self {
            Reference::Given => "present",
            Reference::Placeholder => "placeholder",
            Reference::Missing => "missing",
            Reference::Outside => "outside",
        }
    }
}

/// What facts may ask of the project and the day, beyond the system itself.
#[derive(Clone, Copy)]
pub struct Around<'a> {
    /// The day to judge by.
    pub as_of: Date,
    /// Working days.
    pub calendar: &'a Calendar,
    /// Tells what a reference found in a setting leads to.
    pub reference: &'a dyn Fn(&str) -> Reference,
    /// Opens a file of the project that is read as a text; `None` for what is none.
    pub open: &'a dyn Fn(&str) -> Option<Arc<SourceFile>>,
}

/// One system as the families of facts see it.
pub struct View<'a> {
    /// The system.
    pub system: &'a System,
    /// All resources of the run.
    pub resources: &'a [Resource],
    /// The catalogue.
    pub catalogue: &'a Catalogue,
    /// The vocabulary that read them.
    pub vocabulary: &'a Vocabulary,
    /// What the vocabulary read in the system's settings, in source order.
    pub notes: Vec<Noted<'a>>,
    /// What the project states about it.
    pub stated: &'a [Stated],
    /// Tells what a reference found in a setting leads to.
    pub reference: &'a dyn Fn(&str) -> Reference,
    /// The project around it.
    pub around: Around<'a>,
}

impl<'a> View<'a> {
    /// Reads the settings of a system's resources.
    pub fn new(
        system: &'a System,
        resources: &'a [Resource],
        catalogue: &'a Catalogue,
        vocabulary: &'a Vocabulary,
        stated: &'a [Stated],
        around: Around<'a>,
    ) -> Self {
        let products: Vec<&str> = {
            let mut names: Vec<&str> = system
                .sightings
                .iter()
                .filter_map(|s| catalogue.products.get(s.product))
                .map(|p| p.product.as_str())
                .collect();
            names.sort_unstable();
            names.dedup();
            names
        };
        let mut notes = Vec::new();
        let mut seen = std::collections::HashSet::new();
        for &number in &system.resources {
            let Some(resource) = resources.get(number) else { continue };
            let component = system.components.contains(&number) || is_config_of_component(resource);
            let scope = ReadScope { component, products: &products };
            for setting in &resource.settings {
                for observation in vocabulary.read(setting, scope) {
                    // A variable of an `env_file` is a setting of the file and of every service that reads it.
                    if seen.insert((setting.value.span, setting.key_span, observation.entry)) {
                        notes.push(Noted { resource: number, setting, observation });
                    }
                }
            }
        }
        let reference = around.reference;
        View { system, resources, catalogue, vocabulary, notes, stated, reference, around }
    }

    /// The notes of one fact.
    pub fn noted(&self, fact: &str) -> impl Iterator<Item = &Noted<'a>> {
        self.notes.iter().filter(move |n| n.observation.fact == fact)
    }

    /// The statement of this name.
    pub fn stated(&self, name: &str) -> Option<&'a Stated> {
        self.stated.iter().find(|s| s.name == name)
    }

    /// The product of a sighting.
    pub fn product(&self, sighting: &Sighting) -> Option<&'a Product> {
        self.catalogue.products.get(sighting.product)
    }

    /// The sightings that are in use and more than a hint.
    pub fn in_use(&self) -> impl Iterator<Item = &'a Sighting> {
        self.system.sightings.iter().filter(|s| !s.off && s.confidence >= Confidence::Likely)
    }

    /// The first sighting, as the place of what is absent.
    pub fn first(&self) -> Option<Evidence> {
        self.system.sightings.first().map(|s| component(s.span))
    }

    /// The resource of this number.
    pub fn resource(&self, n: usize) -> Option<&'a Resource> {
        self.resources.get(n)
    }
}

/// Configuration that is linked to a component speaks of the component.
fn is_config_of_component(resource: &Resource) -> bool {
    matches!(resource.kind, ResourceKind::ConfigMap | ResourceKind::Secret)
}

/// Evidence read in a setting: its value, or its key where the value is empty.
pub fn observed(setting: &Setting) -> Evidence {
    let span = if setting.value.span.start == setting.value.span.end {
        setting.key_span
    } else {
        setting.value.span
    };
    Evidence { span, how: How::Observed, label: None }
}

/// Evidence stated by the project.
pub fn declared(stated: &Stated) -> Evidence {
    Evidence {
        span: stated.span,
        how: How::Declared,
        label: Some(Label { en: "declared here".into(), zh: "此处声明".into() }),
    }
}

/// The place of a component.
pub fn component(span: Span) -> Evidence {
    Evidence {
        span,
        how: How::Observed,
        label: Some(Label { en: "the face-recognition component".into(), zh: "人脸识别组件".into() }),
    }
}

/// Whether a note says yes; unknown is neither.
pub fn truth(note: &Noted<'_>) -> Option<bool> {
    match note.observation.value {
        Observed::Bool(b) => Some(b),
        _ => None,
    }
}

/// A fact with a state as text.
pub fn state(text: &str) -> Fact {
    Fact::text(text)
}
