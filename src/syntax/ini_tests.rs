use super::super::testing::{check, clean, origin, read, slice};
use super::super::{Format, ScalarKind};

#[test]
fn sections_keys_and_comments() {
    let text = "; top\ntop = 1\n[Service]\nExecStart=/bin/x --a=b\nEnvironment=A=1\nEnvironment=B=2\nName = \"quoted\" ; note\n[my sql]\nskip\nhost: h\nrequirepass s p\n";
    let root = clean(Format::Ini, text);
    let service = root.get("Service").unwrap();
    assert_eq!(root.str_at(&["top"]), Some("1"));
    assert_eq!(service.str_at(&["ExecStart"]), Some("/bin/x --a=b"));
    assert_eq!(service.entries().iter().filter(|e| e.key.as_str() == Some("Environment")).count(), 2);
    assert_eq!(service.str_at(&["Name"]), Some("quoted"));
    assert_eq!(slice(text, service.get("Name").unwrap().span), "\"quoted\"");
    assert_eq!(root.at(&["my sql", "skip"]).unwrap().as_scalar().unwrap().kind, ScalarKind::Null);
    assert_eq!(root.str_at(&["my sql", "host"]), Some("h"));
    assert_eq!(root.str_at(&["my sql", "requirepass"]), Some("s p"));
    let parsed = read(Format::Ini, text);
    assert_eq!(parsed.documents[0].comments.len(), 2);
    check(text, &parsed);
}

#[test]
fn continued_values() {
    let text = "[options]\r\ninstall_requires =\r\n    insightface>=0.7\r\n    # why\r\n    onnx ; python_version < '4'\r\nnext = 1\r\n[a]\r\n\tb = 1\r\n\tc = 2 \\\r\n  3\r\n";
    let root = clean(Format::Ini, text);
    let value = root.at(&["options", "install_requires"]).unwrap();
    let scalar = value.as_scalar().unwrap();
    assert_eq!(&*scalar.text, "insightface>=0.7\nonnx ; python_version < '4'");
    assert_eq!(origin(text, scalar, "onnx"), "onnx");
    assert_eq!(origin(text, scalar, "insightface"), "insightface");
    assert_eq!(root.str_at(&["options", "next"]), Some("1"));
    assert_eq!(root.str_at(&["a", "b"]), Some("1"));
    assert_eq!(root.str_at(&["a", "c"]), Some("2\n3"));
}
