//! CloudFormation, SAM and what the CDK writes: one resource a logical resource, intrinsic functions put in where
//! they are known.

use std::sync::Arc;

use super::cloud::{Val, Writer, kind_of};
use super::flatten::{Budget, part_of};
use super::model::{Link, Resource, ResourceKind, Role};
use super::{Description, Dialect, Document, Project, value_of_node};
use crate::source::Span;
use crate::syntax::{Data, Entry, Format, Node, ScalarKind};

/// CloudFormation templates.
pub(super) const DIALECT: Dialect = Dialect { id: "cloudformation", claims, read };

/// Parameters that lead to parameters; a default cannot, so one step is enough for all but hostile text.
const MAX_STEPS: usize = 8;

fn claims(doc: &Document<'_>) -> bool {
    if !matches!(doc.format, Format::Yaml | Format::Json) {
        return false;
    }
    let root = doc.root();
    let Some(resources) = root.get("Resources") else { return false };
    root.get("AWSTemplateFormatVersion").is_some()
        || root.get("Transform").is_some()
        || resources.entries().iter().any(|e| is_type(e.value.str_at(&["Type"])))
}

/// Whether a text is a resource type: `AWS::S3::Bucket`, `Custom::X`, `ALIYUN::OSS::Bucket`.
fn is_type(text: Option<&str>) -> bool {
    text.is_some_and(|t| t.split("::").count() > 1 && !t.contains(char::is_whitespace))
}

fn read(doc: &Document<'_>, _: &dyn Project, out: &mut Description) {
    read_template(doc, doc.root(), out);
}

/// Adds what a template describes that is the whole document or a part of one.
pub(super) fn read_template(doc: &Document<'_>, root: &Node, out: &mut Description) {
    let template = Template { root, budget: doc.budget };
    for entry in root.get("Resources").map(|r| r.entries()).unwrap_or_default() {
        out.resources.extend(resource(doc, &template, entry));
    }
    let mut rest = Writer::new(doc);
    for entry in root.entries() {
        match entry.key.as_str() {
            Some("Resources") | None => {}
            Some("Parameters") => {
                for parameter in entry.value.entries() {
                    let Some(name) = parameter.key.as_str() else { continue };
                    if let Some(default) = parameter.value.get("Default") {
                        rest.push(&[name], parameter.key.span, value_of_node(default), Role::Plain);
                    }
                    if let Some(text) = parameter.value.entry("Description") {
                        let value = value_of_node(&text.value);
                        rest.push(&[name, "Description"], text.key.span, value, Role::Prose);
                    }
                }
            }
            Some(key) => rest.write(&[key], entry.key.span, &template.val(&entry.value, 0)),
        }
    }
    let settings = rest.finish();
    if !settings.is_empty() {
        let mut resource = doc.resource(ResourceKind::AppConfig, "template", root);
        resource.settings = settings;
        resource.links.push(Link::Unit(unit(doc)));
        out.resources.push(resource);
    }
}

fn unit(doc: &Document<'_>) -> String {
    doc.file.path.to_string()
}

fn resource(doc: &Document<'_>, template: &Template<'_>, entry: &Entry) -> Option<Resource> {
    let name = entry.key.as_str()?;
    if !matches!(entry.value.data, Data::Mapping(_)) || !doc.budget.take() {
        return None;
    }
    let kind = entry.value.entry("Type");
    let type_name = kind.and_then(|k| k.value.as_str()).unwrap_or_default();
    let mut writer = Writer::new(doc);
    if let Some(kind) = kind {
        writer.resource_type(kind.key.span, value_of_node(&kind.value));
    }
    writer.push(&["name"], entry.key.span, value_of_node(&entry.key), Role::Name);
    for part in entry.value.entries() {
        match part.key.as_str() {
            Some("Type") | None => {}
            Some("Properties") => {
                if let Val::Object(_, pairs) = template.val(&part.value, 0) {
                    writer.write_pairs(&pairs);
                }
            }
            Some(key) => writer.write(&[key], part.key.span, &template.val(&part.value, 0)),
        }
    }
    let mut resource = doc.resource(kind_of(type_name), type_name, &entry.value);
    resource.name = name.into();
    resource.name_span = entry.key.span;
    resource.span = entry.key.span.to(entry.value.span);
    resource.settings = writer.finish();
    resource.links.push(Link::Unit(unit(doc)));
    Some(resource)
}

/// Where names are looked up.
struct Template<'a> {
    root: &'a Node,
    budget: &'a Budget,
}

impl Template<'_> {
    fn val(&self, node: &Node, steps: usize) -> Val {
        Val::of(node, self.budget, 0, &mut |node, _| self.intrinsic(node, steps))
    }

    /// The value of `!Ref x` or `{ "Ref": "x" }` and its like.
    fn intrinsic(&self, node: &Node, steps: usize) -> Option<Val> {
        if steps > MAX_STEPS {
            return Some(Val::unknown(node.span));
        }
        if let Some(function) = node.tag.as_deref().and_then(|tag| tag.strip_prefix('!')) {
            return self.call(function, node, node.span, steps, true);
        }
        match node.entries() {
            [only] => {
                let key = only.key.as_str()?;
                let function = key.strip_prefix("Fn::").or_else(|| matches!(key, "Ref").then_some(key))?;
                self.call(function, &only.value, node.span, steps, false)
            }
            _ => None,
        }
    }

    /// `tagged` says that the argument is the tagged node itself, whose tag must not be read again.
    fn call(&self, function: &str, node: &Node, span: Span, steps: usize, tagged: bool) -> Option<Val> {
        let bare = Node { tag: None, ..node.clone() };
        let plain = || {
            let node = if tagged { &bare } else { node };
            self.val(node, steps + 1)
        };
        Some(match function {
            "Ref" => self.reference(node.as_str()?, span, steps),
            "Sub" => self.substitute(&bare, span, steps),
            "Join" => match node.items() {
                [separator, list] => self.join(separator.as_str()?, list, span, steps),
                _ => Val::unknown(span),
            },
            "Select" => match node.items() {
                [index, list] => {
                    let list = self.val(list, steps + 1);
                    let index = index.as_str().and_then(|n| n.parse().ok());
                    index.and_then(|n| list.item(n).cloned()).unwrap_or_else(|| Val::unknown(span))
                }
                _ => Val::unknown(span),
            },
            // Which branch holds is decided by a condition: both may.
            "If" => match node.items() {
                [_, yes, no] => match (self.val(yes, steps + 1), self.val(no, steps + 1)) {
                    (a, b) if a.known().is_some() && a.known() == b.known() => a,
                    (Val::Scalar(_), Val::Scalar(_)) => Val::unknown(span),
                    (a, b) => Val::List(span, vec![a, b]),
                },
                _ => Val::unknown(span),
            },
            "FindInMap" => self.mapped(node).unwrap_or_else(|| Val::unknown(span)),
            "Base64" => plain(),
            "GetAtt" | "ImportValue" | "GetAZs" | "Split" | "Cidr" | "Transform" | "Length"
            | "ToJsonString" | "Condition" | "Equals" | "Not" | "And" | "Or" => Val::unknown(span),
            _ => return None,
        })
    }

    /// A parameter's default where the parameter is named; a hole for resources and pseudo parameters.
    fn reference(&self, name: &str, span: Span, steps: usize) -> Val {
        match self.root.at(&["Parameters", name, "Default"]) {
            Some(default) => self.val(default, steps + 1).used_at(span),
            None => Val::unknown(span),
        }
    }

    fn mapped(&self, node: &Node) -> Option<Val> {
        let [map, first, second] = node.items() else { return None };
        let found = self.root.at(&["Mappings", map.as_str()?, first.as_str()?, second.as_str()?])?;
        Some(self.val(found, 0).used_at(node.span))
    }

    /// `Fn::Sub`: a text, or a text and names of its own.
    fn substitute(&self, node: &Node, span: Span, steps: usize) -> Val {
        let (text, own) = match node.items() {
            [text, own] => (&**text, Some(&**own)),
            _ => (node, None),
        };
        if text.as_str().is_none() {
            return Val::unknown(span);
        }
        let mut value = value_of_node(text);
        let source = value.text.clone();
        let (mut out, mut runs, mut origins) = (String::new(), Vec::new(), Vec::new());
        let (mut at, mut copied) = (0, 0);
        while let Some(start) = source.get(at..).and_then(|rest| rest.find("${")).map(|n| at + n) {
            let Some(end) = source.get(start..).and_then(|rest| rest.find('}')).map(|n| start + n + 1) else {
                break;
            };
            at = end;
            let name = source.get(start + 2..end - 1).unwrap_or_default().trim();
            if name.starts_with('!') {
                continue;
            }
            out.push_str(source.get(copied..start).unwrap_or_default());
            runs.push((start - copied, copied..start));
            let place = part_of(&value, start..end).span;
            let val = match own.and_then(|own| own.get(name)) {
                Some(node) => self.val(node, steps + 1).used_at(place),
                None => self.reference(name, place, steps),
            };
            let piece = match val {
                Val::Scalar(text) => {
                    let placed = text.placed();
                    origins.extend(placed.origins);
                    placed.text
                }
                _ => Arc::from("\u{FFFC}"),
            };
            out.push_str(&piece);
            // Two runs, so that equal lengths are not taken for a copy.
            let half = piece.len().saturating_sub(1);
            runs.extend([(half, start..end), (piece.len() - half, start..end)]);
            copied = end;
        }
        if runs.is_empty() {
            return Val::text(value);
        }
        out.push_str(source.get(copied..).unwrap_or_default());
        runs.push((source.len() - copied, copied..source.len()));
        let runs = runs.into_iter().filter(|(length, _)| *length > 0);
        value.map = crate::syntax::TextMap::from_runs(runs).through(&value.map, out.len());
        value.text = out.into();
        value.origins = origins;
        Val::text(value)
    }

    fn join(&self, separator: &str, list: &Node, span: Span, steps: usize) -> Val {
        let Val::List(_, items) = self.val(list, steps + 1) else { return Val::unknown(span) };
        let (mut texts, mut origins) = (Vec::new(), Vec::new());
        for item in &items {
            match item {
                Val::Scalar(text) => {
                    let placed = text.placed();
                    origins.extend(placed.origins);
                    texts.push(placed.text);
                }
                _ => texts.push(Arc::from("\u{FFFC}")),
            }
        }
        Val::text(super::Value {
            text: texts.join(separator).into(),
            kind: ScalarKind::Text,
            span,
            map: crate::syntax::TextMap::whole(span.range()),
            origins,
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::super::model::{ResourceKind, Role};
    use super::super::testing::{Files, resources, setting, with_role};

    const SAM: &str = "Transform: AWS::Serverless-2016-10-31
Parameters:
  Collection:
    Type: String
    Description: the collection of faces
    Default: visitors
Resources:
  Match:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: !Sub ${AWS::StackName}-${Collection}
      Description: !Sub
        - matches for ${Who}
        - Who: guests
      Policies:
        - RekognitionFacesPolicy: {}
        - Statement:
            - Effect: Allow
              Action: [rekognition:IndexFaces]
            - Effect: Deny
              Action: rekognition:DeleteFaces
      Environment:
        Variables:
          COLLECTION: !Ref Collection
          TABLE: !GetAtt Table.Arn
          ARN:
            Fn::Join: [':', [arn, !Ref Collection]]
  Faces:
    Type: AWS::Rekognition::Collection
";

    #[test]
    fn a_template_with_functions() {
        let (files, found) = resources("template.yaml", SAM);
        let function = &found[0];
        assert_eq!((function.kind, &*function.name), (ResourceKind::Workload, "Match"));
        assert_eq!(with_role(function, &Role::ResourceType), ["type"]);
        assert_eq!(
            files.show(setting(function, "FunctionName")),
            "FunctionName | FunctionName | ${AWS::StackName}-${Collection} | ?-visitors <- visitors"
        );
        assert_eq!(&*setting(function, "Description").value.text, "matches for guests");
        assert_eq!(
            with_role(function, &Role::Action { allow: true }),
            ["Policies[1].Statement[0].Action[0]"]
        );
        assert_eq!(with_role(function, &Role::Action { allow: false }), ["Policies[1].Statement[1].Action"]);
        assert_eq!(
            files.slice(setting(function, "Policies[0].RekognitionFacesPolicy").key_span),
            "RekognitionFacesPolicy"
        );
        let env = setting(function, "Environment.Variables.COLLECTION");
        assert_eq!((&*env.value.text, &env.role), ("visitors", &Role::Env));
        assert_eq!(files.slice(env.value.origins[0]), "visitors");
        assert!(setting(function, "Environment.Variables.TABLE").value.is_unknown());
        assert_eq!(&*setting(function, "Environment.Variables.ARN").value.text, "arn:visitors");
        assert_eq!(
            (found[1].kind, &*found[1].type_name),
            (ResourceKind::Store, "AWS::Rekognition::Collection")
        );
        assert_eq!(&*found[2].type_name, "template");
        assert_eq!(with_role(&found[2], &Role::Prose), ["Collection.Description"]);
    }

    #[test]
    fn near_misses_and_circles() {
        for text in [
            "Resources: 4 core\nname: x\n",
            "Resources:\n  - Type: AWS::S3::Bucket\n",
            "Resources:\n  a: {Type: thing}\n",
        ] {
            let files = Files::new(&[("x.yaml", text)]);
            assert!(
                files.describe("x.yaml").resources.iter().all(|r| r.dialect != "cloudformation"),
                "{text}"
            );
        }
        let text = "Parameters:\n  A: {Default: !Ref A}\nResources:\n  R: {Type: 'A::B', Properties: {x: !Ref A, y: !Sub '${A}${A', z: !Sub [1], w: !Select [9, []]}}\n";
        let (_, found) = resources("t.yml", text);
        assert!(setting(&found[0], "x").value.is_unknown());
        assert_eq!(setting(&found[0], "y").value.text.matches('\u{FFFC}').count(), 1);
    }
}
