//! The catalogue, compiled: which signatures match a resource, and where.

use std::collections::HashMap;
use std::ops::Range;

use super::catalogue::{CatalogueFile, Confidence, Function, Product, Region, SightingKind, Signature};
use super::words::{Pattern, PatternSet, Word, split, split_all};
use super::{Sighting, pattern};
use crate::descriptor::{HOLE, Resource, ResourceKind, Role, Setting};
use crate::source::Span;

/// All signatures, indexed for matching.
#[derive(Debug)]
pub struct Catalogue {
    /// The products, in the order of their files.
    pub products: Vec<Product>,
    sigs: Vec<Sig>,
    images: Vec<usize>,
    charts: HashMap<String, Vec<usize>>,
    hosts: Vec<usize>,
    paths: Vec<usize>,
    resources: Vec<usize>,
    packages: HashMap<String, Vec<usize>>,
    package_globs: Vec<usize>,
    models: HashMap<String, Vec<usize>>,
    model_globs: Vec<usize>,
    actions: HashMap<String, Vec<usize>>,
    action_globs: Vec<usize>,
    keys: Words,
    names: Words,
    prose: Words,
    /// [`IN_USE`] as patterns.
    in_use: Vec<Pattern>,
    /// Chinese and other texts without word boundaries.
    characters: Vec<(String, usize)>,
}

#[derive(Debug)]
struct Sig {
    product: usize,
    signature: Signature,
    beside: Vec<Pattern>,
    with: Vec<(Pattern, Vec<String>)>,
}

/// A pattern set whose numbers are signatures.
#[derive(Debug, Default)]
struct Words {
    set: PatternSet,
    sigs: Vec<usize>,
}

/// Where in a setting a signature matched.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Spot {
    /// Words of the key path.
    Key(Range<usize>),
    /// Bytes of the value.
    Value(Range<usize>),
}

impl Spot {
    fn inside(&self, other: &Spot) -> bool {
        match (self, other) {
            (Spot::Key(a), Spot::Key(b)) | (Spot::Value(a), Spot::Value(b)) => {
                b.start <= a.start && a.end <= b.end
            }
            _ => false,
        }
    }
}

#[derive(Debug)]
struct Hit {
    sig: usize,
    setting: usize,
    spot: Spot,
}

/// Key words beside a comment that speaks of faces which show that the block is in use.
const IN_USE: &[&str] = &[
    "app id",
    "appid",
    "app key",
    "api key",
    "apikey",
    "secret",
    "secret id",
    "secret key",
    "access key",
    "group id",
    "endpoint",
    "url",
    "host",
    "threshold",
    "collection",
    "model",
    "enabled",
    "token",
];

impl Catalogue {
    /// Compiles catalogue files.
    pub fn new(files: impl IntoIterator<Item = CatalogueFile>) -> Self {
        let mut products = Vec::new();
        let mut sigs = Vec::new();
        for mut product in files.into_iter().flat_map(|f| f.products) {
            let number = products.len();
            for signature in std::mem::take(&mut product.signatures) {
                sigs.push(Sig {
                    product: number,
                    beside: signature.beside.iter().map(|b| Pattern::new(b)).collect(),
                    with: signature.with.iter().map(|(k, v)| (Pattern::new(k), v.clone())).collect(),
                    signature,
                });
            }
            products.push(product);
        }
        let mut out = Catalogue {
            products,
            sigs,
            images: Vec::new(),
            charts: HashMap::new(),
            hosts: Vec::new(),
            paths: Vec::new(),
            resources: Vec::new(),
            packages: HashMap::new(),
            package_globs: Vec::new(),
            models: HashMap::new(),
            model_globs: Vec::new(),
            actions: HashMap::new(),
            action_globs: Vec::new(),
            keys: Words::default(),
            names: Words::default(),
            prose: Words::default(),
            in_use: IN_USE.iter().map(|w| Pattern::new(w)).collect(),
            characters: Vec::new(),
        };
        out.index();
        out
    }

    fn index(&mut self) {
        let (mut keys, mut names, mut prose) = (Vec::new(), Vec::new(), Vec::new());
        for (n, sig) in self.sigs.iter().enumerate() {
            let s = &sig.signature;
            if s.image.is_some() {
                self.images.push(n);
            } else if let Some(chart) = &s.chart {
                self.charts.entry(chart.to_lowercase()).or_default().push(n);
            } else if s.host.is_some() {
                self.hosts.push(n);
            } else if let Some(package) = &s.package {
                if package.contains('*') {
                    self.package_globs.push(n);
                } else {
                    self.packages.entry(package_key(package)).or_default().push(n);
                }
            } else if let Some(model) = &s.model {
                if model.contains('*') {
                    self.model_globs.push(n);
                } else {
                    self.models.entry(model.to_lowercase()).or_default().push(n);
                }
            } else if s.resource.is_some() {
                self.resources.push(n);
            } else if let Some(action) = &s.action {
                if action.contains('*') {
                    self.action_globs.push(n);
                } else {
                    self.actions.entry(action.to_lowercase()).or_default().push(n);
                }
            } else if let Some(key) = &s.key {
                keys.push((Pattern::new(key), n));
            } else if let Some(name) = &s.name {
                names.push((Pattern::new(name), n));
            } else if let Some(text) = &s.text {
                if text.is_ascii() {
                    prose.push((Pattern::new(text), n));
                } else {
                    self.characters.push((text.to_lowercase(), n));
                }
            } else if !s.path.is_empty() {
                self.paths.push(n);
            }
        }
        self.keys = Words::new(keys);
        self.names = Words::new(names);
        self.prose = Words::new(prose);
    }

    /// The signatures with their products' numbers, in order.
    pub fn signatures(&self) -> impl Iterator<Item = (usize, &Signature)> {
        self.sigs.iter().map(|s| (s.product, &s.signature))
    }

    /// Every place of a resource where a signature matches. `number` is the resource's own.
    pub fn sight(&self, number: usize, resource: &Resource) -> Vec<Sighting> {
        let words: Vec<Vec<Word>> = resource.settings.iter().map(|s| split_all(s.keys())).collect();
        let mut hits = Vec::new();
        for (n, setting) in resource.settings.iter().enumerate() {
            let own = words.get(n).map(Vec::as_slice).unwrap_or_default();
            self.match_setting(resource, n, setting, own, &words, &mut hits);
        }
        self.match_sections(resource, &mut hits);
        let comments = self.match_comments(resource, &words);
        let silenced = |hit: &Hit| {
            let confidence = self.confidence(hit.sig);
            hits.iter().any(|other| {
                self.confidence(other.sig) == Confidence::None
                    && other.setting == hit.setting
                    && hit.spot.inside(&other.spot)
                    && (confidence < Confidence::Certain || hit.spot != other.spot)
            })
        };
        let mut out: Vec<Sighting> = Vec::new();
        for hit in &hits {
            if self.confidence(hit.sig) == Confidence::None || silenced(hit) {
                continue;
            }
            if let Some(sighting) = self.sighting(number, resource, hit, None) {
                out.push(sighting);
            }
        }
        for (hit, confidence) in &comments {
            if let Some(sighting) = self.sighting(number, resource, hit, Some(*confidence)) {
                out.push(sighting);
            }
        }
        promote(&mut out);
        out
    }

    fn confidence(&self, sig: usize) -> Confidence {
        self.sigs.get(sig).map_or(Confidence::Hint, |s| s.signature.confidence)
    }

    fn match_setting(
        &self,
        resource: &Resource,
        n: usize,
        setting: &Setting,
        own: &[Word],
        all: &[Vec<Word>],
        hits: &mut Vec<Hit>,
    ) {
        let text = &*setting.value.text;
        let whole = Spot::Value(0..text.len());
        let mut push = |sig: usize, spot: Spot| hits.push(Hit { sig, setting: n, spot });
        match &setting.role {
            Role::Image => {
                for sig in &self.images {
                    if self.of(*sig).and_then(|s| s.image.as_deref()).is_some_and(|p| pattern::image(p, text))
                    {
                        push(*sig, whole.clone());
                    }
                }
                let repository = pattern::image_repository(text);
                let base = repository.rfind('/').map_or(0, |at| at + 1);
                let name = split(repository.get(base..).unwrap_or_default());
                self.names.find(&name, &mut |sig, range| {
                    if let Some(bytes) = bytes_of(&name, &range) {
                        push(sig, Spot::Value(base + bytes.start..base + bytes.end));
                    }
                });
            }
            Role::Name => {
                for sig in self.charts.get(&text.to_lowercase()).into_iter().flatten() {
                    push(*sig, whole.clone());
                }
                let name = split(text);
                self.names.find(&name, &mut |sig, range| {
                    if let Some(bytes) = bytes_of(&name, &range) {
                        push(sig, Spot::Value(bytes));
                    }
                });
            }
            Role::Package { ecosystem } => {
                let mut known = false;
                for sig in
                    self.packages.get(&package_key(text)).into_iter().flatten().chain(&self.package_globs)
                {
                    let Some(s) = self.of(*sig) else { continue };
                    let glob = s.package.as_deref().unwrap_or_default();
                    let right = s.ecosystem.is_empty() || s.ecosystem.iter().any(|e| e == ecosystem);
                    if right && (!glob.contains('*') || pattern::glob(glob, text)) {
                        known = true;
                        push(*sig, whole.clone());
                    }
                }
                // A package of the project's own or of a small author: its name in two words or more.
                let name = if known { Vec::new() } else { split(text) };
                self.names.find(&name, &mut |sig, range| {
                    if self.of(sig).is_some_and(|s| s.name.as_ref().is_some_and(|n| n.contains(' ')))
                        && range.len() > 1
                    {
                        push(sig, whole.clone());
                    }
                });
            }
            Role::ResourceType => {
                for sig in &self.resources {
                    let Some(entry) = self.sigs.get(*sig) else { continue };
                    let glob = entry.signature.resource.as_deref().unwrap_or_default();
                    if pattern::glob(glob, text) && conditions(&entry.with, resource, all) {
                        push(*sig, whole.clone());
                    }
                }
            }
            Role::ApiPath => {
                for sig in &self.paths {
                    let Some(s) = self.of(*sig) else { continue };
                    if on_path(s, text) {
                        push(*sig, whole.clone());
                    }
                }
            }
            Role::Prose => self.match_prose(n, text, hits),
            _ => {}
        }
        let reference = is_reference(setting);
        if !reference && !matches!(setting.role, Role::Action { allow: false } | Role::Prose) {
            self.match_value(n, text, &setting.role, hits);
        }
        // What an interface description says below a path is told by the path.
        let below_path = resource.kind == ResourceKind::Api && setting.keys().any(|k| k.starts_with('/'));
        if !reference && !below_path && !matches!(setting.role, Role::Label | Role::Prose) {
            self.match_key(n, setting, own, all, hits);
        }
    }

    fn match_prose(&self, n: usize, text: &str, hits: &mut Vec<Hit>) {
        let words = split(text);
        self.prose.find(&words, &mut |sig, range| {
            if let Some(bytes) = bytes_of(&words, &range) {
                hits.push(Hit { sig, setting: n, spot: Spot::Value(bytes) });
            }
        });
        self.match_characters(n, text, hits);
    }

    fn match_characters(&self, n: usize, text: &str, hits: &mut Vec<Hit>) {
        if text.is_ascii() {
            return;
        }
        for (needle, sig) in &self.characters {
            if let Some(at) = text.find(needle.as_str()) {
                hits.push(Hit { sig: *sig, setting: n, spot: Spot::Value(at..at + needle.len()) });
            }
        }
    }

    fn match_value(&self, n: usize, text: &str, role: &Role, hits: &mut Vec<Hit>) {
        if text.is_empty() || text.len() > 20_000 {
            return;
        }
        let addressed = (text.contains('.') || text.contains("://")) && !is_database(text);
        if addressed && !matches!(role, Role::Image | Role::Package { .. }) {
            for address in pattern::addresses(text) {
                for sig in &self.hosts {
                    let Some(s) = self.of(*sig) else { continue };
                    if !s.host.as_deref().is_some_and(|p| pattern::host(p, address.host)) {
                        continue;
                    }
                    let path_ok = s.path.is_empty() || s.path.iter().any(|p| pattern::path(p, address.path));
                    if path_ok && !s.except.iter().any(|p| pattern::path(p, address.path)) {
                        let end =
                            if s.path.is_empty() { address.start + address.host.len() } else { address.end };
                        hits.push(Hit { sig: *sig, setting: n, spot: Spot::Value(address.start..end) });
                    }
                }
                if !address.path.is_empty() {
                    self.match_path(n, address.path, address.end - address.path.len(), hits);
                }
            }
        }
        if text.starts_with('/') && *role != Role::ApiPath {
            let path = text.split([' ', '?', '#', ',']).next().unwrap_or(text);
            self.match_path(n, path, 0, hits);
        }
        for (at, token) in pattern::tokens(text) {
            self.match_token(n, token, Some(at), hits);
        }
        if text.contains(':') {
            let action = text.trim().to_lowercase();
            let listed = self.actions.get(&action).into_iter().flatten();
            let globs = self.action_globs.iter().filter(|sig| {
                self.of(**sig)
                    .and_then(|s| s.action.as_deref())
                    .is_some_and(|p| p.eq_ignore_ascii_case(&action))
            });
            // A grant of `rekognition:Index*` covers what it covers.
            let granted = action.contains('*').then_some(&self.actions).into_iter().flatten();
            let granted = granted
                .filter(|(name, _)| action.split(':').nth(1) != Some("*") && pattern::glob(&action, name))
                .flat_map(|(_, sigs)| sigs);
            for sig in listed.chain(globs).chain(granted) {
                hits.push(Hit { sig: *sig, setting: n, spot: Spot::Value(0..text.len()) });
            }
        }
        self.match_characters(n, text, hits);
    }

    fn match_path(&self, n: usize, path: &str, at: usize, hits: &mut Vec<Hit>) {
        for sig in &self.paths {
            if self.of(*sig).is_some_and(|s| on_path(s, path)) {
                hits.push(Hit { sig: *sig, setting: n, spot: Spot::Value(at..at + path.len()) });
            }
        }
    }

    /// A token of a value (`at` is where) or the last key (`at` is `None`) as a model name.
    fn match_token(&self, n: usize, token: &str, at: Option<usize>, hits: &mut Vec<Hit>) {
        if token.len() < 3 || token.len() > 128 {
            return;
        }
        let spot = at.map_or(Spot::Key(0..usize::MAX), |at| Spot::Value(at..at + token.len()));
        let mut name = token.trim_matches(['.', '-', '_']).to_lowercase();
        loop {
            for sig in self.models.get(&name).into_iter().flatten() {
                hits.push(Hit { sig: *sig, setting: n, spot: spot.clone() });
            }
            match name.rfind('.') {
                Some(dot) if dot > 0 => name.truncate(dot),
                _ => break,
            }
        }
        for sig in &self.model_globs {
            if self.of(*sig).and_then(|s| s.model.as_deref()).is_some_and(|p| pattern::model(p, token)) {
                hits.push(Hit { sig: *sig, setting: n, spot: spot.clone() });
            }
        }
    }

    fn match_key(&self, n: usize, setting: &Setting, own: &[Word], all: &[Vec<Word>], hits: &mut Vec<Hit>) {
        self.keys.find(own, &mut |sig, range| {
            let Some(entry) = self.sigs.get(sig) else { return };
            let s = &entry.signature;
            if s.whole && !whole_key(own, &range) {
                return;
            }
            let value = &*setting.value.text;
            let fits = |g: &String| pattern::glob(g, value.trim());
            if !s.value.is_empty() && !s.value.iter().any(fits) {
                return;
            }
            if !entry.beside.is_empty() && !beside(&entry.beside, own, &range, all) {
                return;
            }
            hits.push(Hit { sig, setting: n, spot: Spot::Key(range) });
        });
        if !matches!(setting.role, Role::Name | Role::Image | Role::Package { .. }) {
            self.match_token(n, setting.key(), None, hits);
        }
    }

    /// Keys that hold further keys as names of models (`arcface:` in a table of models).
    fn match_sections(&self, resource: &Resource, hits: &mut Vec<Hit>) {
        for section in &resource.sections {
            let inside = |s: &Setting| section.span.contains(s.key_span) && s.path.len() > 1;
            let mut found = Vec::new();
            self.match_token(0, &section.key, None, &mut found);
            if found.is_empty() {
                continue;
            }
            let Some(at) = resource.settings.iter().position(inside) else { continue };
            let Some(depth) =
                resource.settings.get(at).and_then(|s| s.keys().position(|k| *k == *section.key))
            else {
                continue;
            };
            let words = split_all(resource.settings.get(at).into_iter().flat_map(|s| s.keys()));
            let Some(first) = words.iter().position(|w| w.part == depth) else { continue };
            let end = words.iter().rposition(|w| w.part == depth).map_or(first + 1, |n| n + 1);
            hits.extend(found.into_iter().map(|h| Hit {
                sig: h.sig,
                setting: at,
                spot: Spot::Key(first..end),
            }));
        }
    }

    /// Comments that speak of faces, as hits on the setting they stand above or beside.
    fn match_comments(&self, resource: &Resource, all: &[Vec<Word>]) -> Vec<(Hit, Confidence)> {
        let mut out = Vec::new();
        for comment in &resource.comments {
            let mut found = Vec::new();
            self.match_prose(0, &comment.text, &mut found);
            let strongest = found.iter().map(|h| self.confidence(h.sig)).max();
            if found.is_empty() || strongest == Some(Confidence::None) {
                continue;
            }
            let next = resource
                .settings
                .iter()
                .enumerate()
                .filter(|(_, s)| s.key_span.file == comment.span.file && s.key_span.start >= comment.span.end)
                .min_by_key(|(_, s)| s.key_span.start);
            let Some((at, setting)) = next else { continue };
            // Only the block that follows at once: a comment far above speaks of something else.
            if setting.key_span.start.saturating_sub(comment.span.end) > 120 || setting.keys().count() < 2 {
                continue;
            }
            let parent = setting.path.split_last().map(|(_, p)| p);
            let block = |n: usize| {
                resource.settings.get(n).and_then(|s| s.path.split_last()).map(|(_, p)| p) == parent
            };
            let used = all
                .iter()
                .enumerate()
                .any(|(n, words)| block(n) && self.in_use.iter().any(|p| p.find(words).is_some()));
            let deepest = found.into_iter().max_by_key(|h| {
                // A vendor's own phrase says more than the bare word: the longest wins.
                match &h.spot {
                    Spot::Value(range) => (self.confidence(h.sig), range.len()),
                    Spot::Key(_) => (Confidence::None, 0),
                }
            });
            if let Some(hit) = deepest {
                let confidence = if used { Confidence::Likely } else { Confidence::Hint };
                out.push((Hit { sig: hit.sig, setting: at, spot: Spot::Key(0..usize::MAX) }, confidence));
            }
        }
        out
    }

    fn of(&self, sig: usize) -> Option<&Signature> {
        self.sigs.get(sig).map(|s| &s.signature)
    }

    fn sighting(
        &self,
        number: usize,
        resource: &Resource,
        hit: &Hit,
        confidence: Option<Confidence>,
    ) -> Option<Sighting> {
        let entry = self.sigs.get(hit.sig)?;
        let s = &entry.signature;
        let product = self.products.get(entry.product)?;
        let setting = resource.settings.get(hit.setting)?;
        let span = match &hit.spot {
            Spot::Value(range) if setting.value.origins.is_empty() => {
                setting.value.sub_span(range.start, range.end)
            }
            Spot::Value(_) => setting.value.span,
            Spot::Key(range) => section_span(resource, setting, range).unwrap_or(setting.key_span),
        };
        let off = match &hit.spot {
            Spot::Key(range) => is_off(&setting.value.text) || section_off(resource, setting, range),
            Spot::Value(_) => false,
        };
        let mut level = confidence.unwrap_or(s.confidence);
        if s.text.is_some() && confidence.is_none() {
            // Prose about the whole thing (a package's own description) says what it is; a sentence
            // somewhere inside only hints at it.
            let whole = matches!(
                resource.kind,
                ResourceKind::Packages | ResourceKind::AppManifest | ResourceKind::Chart | ResourceKind::Api
            );
            let outer = whole && setting.role == Role::Prose && setting.keys().count() <= 2;
            if !outer {
                level = level.min(Confidence::Hint);
            }
        }
        let words = split(setting.key());
        let address =
            words.last().is_some_and(|w| matches!(w.text.as_str(), "url" | "host" | "endpoint" | "addr"));
        let unset = matches!(hit.spot, Spot::Key(_)) && address && setting.value.is_empty();
        if off || unset || setting.role == Role::Schema {
            level = level.min(Confidence::Hint);
        }
        let kind = s.kind.unwrap_or_else(|| default_kind(s, &setting.role));
        Some(Sighting {
            product: entry.product,
            signature: hit.sig,
            resource: number,
            kind,
            function: s.function,
            confidence: level,
            region: s.region.unwrap_or(product.region),
            span,
            key: setting.dotted(),
            in_key: matches!(hit.spot, Spot::Key(_)),
            sure: s.confidence == Confidence::Certain && s.key.is_some(),
            telling: self.in_use.iter().any(|p| p.find(&words).is_some()),
            off,
        })
    }
}

/// Where the key stands whose words matched, when that is not the setting's own key but one above it.
fn section_span(resource: &Resource, setting: &Setting, range: &Range<usize>) -> Option<Span> {
    let words = split_all(setting.keys());
    let part = words.get(range.end.min(words.len()).checked_sub(1)?)?.part;
    if range.end == usize::MAX || part + 1 == setting.keys().count() {
        return None;
    }
    let key = setting.keys().nth(part)?;
    let around = resource.sections.iter().filter(|s| *s.key == *key && s.span.contains(setting.key_span));
    around.min_by_key(|s| s.span.end - s.span.start).map(|s| s.key_span)
}

/// Whether the section whose words matched is switched off by an `enabled: false` of its own.
fn section_off(resource: &Resource, setting: &Setting, range: &Range<usize>) -> bool {
    let words = split_all(setting.keys());
    let Some(section) = words.get(..range.end) else { return false };
    if range.end >= words.len() {
        return false;
    }
    resource.settings.iter().filter(|s| is_off(&s.value.text)).any(|s| {
        let other = split_all(s.keys());
        other.len() == section.len() + 1
            && other.last().is_some_and(|w| w.text == "enabled")
            && other.iter().zip(section).all(|(a, b)| a.text == b.text)
    })
}

/// What a matcher reports when the signature does not say.
fn default_kind(s: &Signature, role: &Role) -> SightingKind {
    if s.image.is_some() || s.chart.is_some() || s.name.is_some() {
        SightingKind::Image
    } else if s.host.is_some() || (!s.path.is_empty() && s.key.is_none()) {
        SightingKind::Endpoint
    } else if s.package.is_some() {
        SightingKind::Library
    } else if s.model.is_some() {
        SightingKind::Model
    } else if s.resource.is_some() {
        SightingKind::CloudResource
    } else if s.action.is_some() {
        SightingKind::Permission
    } else if *role == Role::Env {
        SightingKind::Env
    } else {
        SightingKind::ConfigKey
    }
}

/// Hints that another sign beside them makes likely: two of different families in one resource, or a name
/// with a face in it on something in which a component was sighted. Signs that only detect prove nothing.
fn promote(sightings: &mut [Sighting]) {
    let identity = |s: &Sighting| {
        !s.off
            && s.confidence == Confidence::Hint
            && s.region == Region::SelfHosted
            && !matches!(s.function, Function::Detection | Function::Attributes)
    };
    let strong = sightings.iter().any(|s| s.confidence >= Confidence::Likely);
    let mut kinds: Vec<SightingKind> = sightings.iter().filter(|s| identity(s)).map(|s| s.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    for sighting in sightings.iter_mut() {
        let named = strong && (sighting.kind == SightingKind::Image);
        if identity(sighting) && ((!strong && kinds.len() > 1) || named) {
            sighting.confidence = Confidence::Likely;
        }
        // The switch of something that is there: it is part of the picture though it is off.
        if strong && sighting.off && sighting.sure {
            sighting.confidence = Confidence::Likely;
        }
    }
}

impl Words {
    fn new(list: Vec<(Pattern, usize)>) -> Self {
        let (patterns, sigs): (Vec<_>, Vec<_>) = list.into_iter().unzip();
        Words { set: PatternSet::new(patterns), sigs }
    }

    fn find(&self, words: &[Word], found: &mut dyn FnMut(usize, Range<usize>)) {
        self.set.find_all(words, &mut |n, range| {
            if let Some(sig) = self.sigs.get(n) {
                found(*sig, range);
            }
        });
    }
}

/// A connection to a database carries no faces by itself, whatever the database is called.
fn is_database(value: &str) -> bool {
    const SCHEMES: &[&str] =
        &["jdbc:", "postgres", "mysql:", "mariadb:", "mongodb", "redis", "amqp", "kafka", "sqlserver:"];
    SCHEMES.iter().any(|s| value.get(..s.len()).is_some_and(|head| head.eq_ignore_ascii_case(s)))
}

/// Keys under which a project links to pages for people: an address there receives nothing.
const LINKS: &[&str] = &[
    "home",
    "homepage",
    "sources",
    "source",
    "icon",
    "documentation",
    "docs",
    "website",
    "repository",
    "maintainers",
    "$schema",
    "xmlns",
    "bugs",
    "changelog",
    "url_doc",
];

/// Whether a setting links to a page, or names another component without being one.
fn is_reference(setting: &Setting) -> bool {
    setting.keys().any(|k| {
        LINKS.iter().any(|l| k.eq_ignore_ascii_case(l))
            || matches!(k, "depends_on" | "dependsOn" | "depends-on")
    })
}

fn package_key(name: &str) -> String {
    name.trim().to_lowercase().replace('_', "-")
}

fn on_path(s: &Signature, path: &str) -> bool {
    s.path.iter().any(|p| pattern::path(p, path)) && !s.except.iter().any(|p| pattern::path(p, path))
}

fn bytes_of(words: &[Word], range: &Range<usize>) -> Option<Range<usize>> {
    let first = words.get(range.start)?;
    let last = words.get(range.end.checked_sub(1)?)?;
    Some(first.range.start..last.range.end.max(first.range.start))
}

/// Whether the words are the whole of one key of the path.
fn whole_key(words: &[Word], range: &Range<usize>) -> bool {
    let Some(part) = words.get(range.start).map(|w| w.part) else { return false };
    let same = |at: Option<usize>| at.and_then(|n| words.get(n)).is_some_and(|w| w.part == part);
    words.get(range.clone()).is_some_and(|ws| ws.iter().all(|w| w.part == part))
        && !same(range.start.checked_sub(1))
        && !same(Some(range.end))
}

/// Whether a setting with the same words up to the end of the match goes on with one of the patterns:
/// `face.group-id` beside `face.endpoint`, `FACE_KEY` beside `FACE_ENDPOINT`.
fn beside(patterns: &[Pattern], own: &[Word], range: &Range<usize>, all: &[Vec<Word>]) -> bool {
    let prefix = own.get(..range.end).unwrap_or_default();
    all.iter().any(|words| {
        words.len() > prefix.len()
            && words.iter().zip(prefix).all(|(a, b)| a.text == b.text)
            && words.get(prefix.len()..).is_some_and(|rest| patterns.iter().any(|p| p.find(rest).is_some()))
    })
}

/// Whether a resource has the settings that a signature asks for.
fn conditions(with: &[(Pattern, Vec<String>)], resource: &Resource, all: &[Vec<Word>]) -> bool {
    with.iter().all(|(pattern, values)| {
        resource.settings.iter().zip(all).any(|(setting, words)| {
            pattern.find(words).is_some()
                && (values.is_empty() || values.iter().any(|g| pattern::glob(g, setting.value.text.trim())))
        })
    })
}

/// Whether a value says that its key is not in use: false in any spelling. An empty value says nothing
/// (templates of `.env` files are full of them), an unknown one neither.
pub fn is_off(value: &str) -> bool {
    if value.contains(HOLE) {
        return false;
    }
    let value = value.trim();
    ["false", "no", "off", "none", "disabled", "disable", "n", "0", "否", "关闭"]
        .iter()
        .any(|off| value.eq_ignore_ascii_case(off))
}
