//! XML files in which elements name settings: Spring beans, `web.config`, Hadoop-style properties.
//!
//! ```xml
//! <property name="threshold" value="0.8"/>      <add key="FaceApi" value="…"/>
//! <property><name>face.url</name><value>…</value></property>      <prop key="face.url">…</prop>
//! ```

use super::flatten::Budget;
use super::interpolate::{self, Style};
use super::model::{ResourceKind, Role, Segment, Setting, Value};
use super::packages::bare;
use super::{Description, Dialect, Document, MAX_DEPTH, Project, dotted_path};
use crate::source::Span;
use crate::syntax::{Format, Node};

/// Configuration in XML with named settings.
pub(crate) const DIALECT: Dialect = Dialect { id: "xml-config", claims, read };

/// Elements that name a setting.
const NAMED: &[&str] = &[
    "property",
    "add",
    "entry",
    "param",
    "prop",
    "constructor-arg",
    "setting",
    "bean:property",
    "beans:property",
    "init-param",
    "context-param",
    "Parameter",
    "Environment",
    "variable",
    "option",
];

fn claims(doc: &Document<'_>) -> bool {
    doc.format == Format::Xml && names_something(doc.root(), 0, &mut 4_000)
}

fn names_something(node: &Node, depth: usize, left: &mut usize) -> bool {
    *left = left.saturating_sub(1);
    depth < 12
        && *left > 0
        && node.entries().iter().any(|entry| {
            let named = entry.key.as_str().is_some_and(|key| NAMED.contains(&key));
            (named && pair(&entry.value).is_some()) || names_something(&entry.value, depth + 1, left)
        })
}

fn read(doc: &Document<'_>, _: &dyn Project, out: &mut Description) {
    let mut resource = doc.resource(ResourceKind::AppConfig, "XML config", doc.root());
    walk(doc.root(), doc.root().span, &mut Vec::new(), 0, doc.budget, &mut resource.settings);
    for setting in &mut resource.settings {
        interpolate::apply(&mut setting.value, Style::Any, &mut |_| None);
    }
    if !resource.settings.is_empty() || !doc.tree.comments.is_empty() {
        out.resources.push(resource);
    }
}

/// The name and the value of an element that names a setting.
fn pair(node: &Node) -> Option<(Value, Value)> {
    let text = |keys: &[&str]| keys.iter().find_map(|key| bare(node.get(key)?));
    let name = text(&["@name", "@key", "name", "param-name"])?;
    let value = text(&["@value", "value", "param-value", "#text", "@ref"])?;
    Some((name, value))
}

/// Every attribute and text below an element. Outer elements that are only structure (`<beans>`, `<bean>`) are no
/// part of the path; their `id` is.
fn walk(
    node: &Node,
    key: Span,
    path: &mut Vec<Segment>,
    depth: usize,
    budget: &Budget,
    out: &mut Vec<Setting>,
) {
    if depth > MAX_DEPTH || !budget.take() {
        return;
    }
    if let Some(value) = bare(node) {
        out.push(Setting { path: path.clone(), key_span: key, value, role: Role::Plain });
        return;
    }
    // The name of this element is in the path already.
    let named = matches!(path.last(), Some(Segment::Key(last)) if ["@name", "@key"].iter().any(|key| {
        node.str_at(&[key]).is_some_and(|name| name.rsplit('.').next() == Some(&**last))
    }));
    for entry in node.entries() {
        let element = entry.key.as_str().unwrap_or_default();
        let said = named && matches!(element, "@name" | "@key");
        if said || element.starts_with("@xmlns") || element.starts_with("@xsi:") {
            continue;
        }
        let before = path.len();
        if NAMED.contains(&element)
            && let Some((name, value)) = pair(&entry.value)
        {
            path.extend(dotted_path(&name.text));
            out.push(Setting { path: path.clone(), key_span: name.span, value, role: Role::Plain });
            path.truncate(before);
            continue;
        }
        if NAMED.contains(&element)
            && let Some(name) = ["@name", "@key"].iter().find_map(|key| bare(entry.value.get(key)?))
        {
            // The value is a list or a bean of its own.
            path.extend(dotted_path(&name.text));
        } else if matches!(element, "bean" | "beans:bean") {
            path.extend(entry.value.get("@id").and_then(|n| bare(n)).map(|id| Segment::Key(id.text)));
        } else if let Some(attribute) = element.strip_prefix('@') {
            path.push(Segment::Key(attribute.into()));
        } else if !matches!(
            element,
            "beans" | "configuration" | "properties" | "property" | "props" | "map" | "list" | "#text"
        ) {
            path.push(Segment::Key(element.into()));
        }
        walk(&entry.value, entry.key.span, path, depth + 1, budget, out);
        path.truncate(before);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use crate::descriptor::testing::resources;

    fn shown(path: &str, text: &str) -> Vec<String> {
        let (files, all) = resources(path, text);
        assert_eq!(all[0].dialect, "xml-config");
        files.show_all(&all[0])
    }

    #[test]
    fn spring_beans() {
        let text = "<beans xmlns=\"x\"><bean id=\"face\" class=\"a.FaceService\">\n<property name=\"appId\" value=\"${face.app-id}\"/>\n\
            <property name=\"hosts\"><list><value>aip.baidubce.com</value></list></property>\n\
            <property name=\"url\"><value>https://a.b</value></property><constructor-arg name=\"mode\" value=\"liveness\"/></bean></beans>";
        assert_eq!(
            shown("beans.xml", text),
            [
                "face.id | id | face",
                "face.class | class | a.FaceService",
                "face.appId | appId | ${face.app-id} | ?",
                "face.hosts.value | value | aip.baidubce.com",
                "face.url | url | https://a.b",
                "face.mode | mode | liveness",
            ]
        );
    }

    #[test]
    fn app_settings_and_properties() {
        let text = "<configuration><appSettings><add key=\"FaceUrl\" value=\"https://x\"/></appSettings></configuration>";
        assert_eq!(shown("web.config", text), ["appSettings.FaceUrl | FaceUrl | https://x"]);
        let text = "<configuration><property><name>face.retention</name><value>30d</value></property></configuration>";
        assert_eq!(shown("site.xml", text), ["face.retention | face.retention | 30d"]);
    }

    #[test]
    fn other_xml() {
        let (_, all) = resources("a.xml", "<a><b>1</b></a>");
        assert_eq!(all[0].dialect, "plain");
    }
}
