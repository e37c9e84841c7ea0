use super::super::model::{ResourceKind, Role};
use super::super::testing::{Files, setting, with_role};

const MAIN: &str = r#"locals {
  collection = "${var.prefix}-faces"
  policy = templatefile("${path.module}/policy.json.tpl", { bucket = "b" })
}

resource "aws_rekognition_collection" "people" {
  collection_id = local.collection
}

data "aws_iam_policy_document" "deny" {
  statement {
    actions = ["rekognition:IndexFaces"]
  }
  statement {
    effect  = "Deny"
    actions = ["rekognition:DeleteFaces"]
  }
}

resource "aws_iam_policy" "p" {
  policy = local.policy
}

resource "aws_iam_policy" "q" {
  policy = jsonencode({
    Statement = [{ Effect = "Allow", Action = ["rekognition:SearchFaces"] }]
  })
}

resource "aws_iam_policy" "r" {
  policy = <<-EOT
    {"Statement": {"Effect": "Allow", "Action": "rekognition:CompareFaces", "Resource": ${var.arn}}}
  EOT
}

resource "aws_lambda_function" "match" {
  description = "matches faces"
  image_uri   = "repo.example/face-match:1"
  environment {
    variables = {
      COLLECTION = local.collection
      LIMIT      = var.limit
      REGION     = data.aws_region.current.name
    }
  }
}
"#;

fn files() -> Files {
    Files::new(&[
        ("infra/main.tf", MAIN),
        (
            "infra/vars.tf",
            "variable \"prefix\" {\n  default = \"dev\"\n}\nvariable \"limit\" {\n  default = 7\n}\nvariable \"arn\" {}\n",
        ),
        ("infra/terraform.tfvars", "prefix = \"prod\"\r\n"),
        (
            "infra/policy.json.tpl",
            "{\"Statement\": [{\"Effect\": \"Allow\", \"Action\": [\"rekognition:IndexFaces\"], \"Resource\": \"${bucket}\"}]}",
        ),
    ])
}

#[test]
fn values_come_through_locals_variables_and_tfvars() {
    let files = files();
    let found = files.describe("infra/main.tf").resources;
    let people = &found[0];
    assert_eq!((people.kind, &*people.type_name), (ResourceKind::Store, "aws_rekognition_collection"));
    assert_eq!(
        files.show_all(people),
        [
            "type | resource | \"aws_rekognition_collection\" | aws_rekognition_collection",
            "name | \"people\" | \"people\" | people",
            "collection_id | collection_id | local.collection | prod-faces <- \"${var.prefix}-faces\" <- \"prod\"",
        ]
    );
    assert_eq!(with_role(people, &Role::ResourceType), ["type"]);
    assert!(files.slice(people.span).starts_with("resource \"aws_rekognition"));
    let lambda = found.iter().find(|r| &*r.name == "match").unwrap();
    assert_eq!(lambda.kind, ResourceKind::Workload);
    assert_eq!(
        with_role(lambda, &Role::Env),
        ["environment.variables.COLLECTION", "environment.variables.LIMIT", "environment.variables.REGION"]
    );
    assert_eq!(
        files.show(setting(lambda, "environment.variables.LIMIT")).rsplit(" | ").next(),
        Some("7 <- 7")
    );
    assert!(setting(lambda, "environment.variables.REGION").value.is_unknown());
    assert_eq!(with_role(lambda, &Role::Image), ["image_uri"]);
    assert_eq!(with_role(lambda, &Role::Prose), ["description"]);
}

#[test]
fn policies_in_every_form() {
    let files = files();
    let found = files.describe("infra/main.tf").resources;
    let by_name = |name: &str| found.iter().find(|r| &*r.name == name).unwrap();
    let allowed = |name: &str| {
        let r = by_name(name);
        with_role(r, &Role::Action { allow: true })
            .iter()
            .map(|path| files.show(setting(r, path)))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        allowed("deny"),
        [
            "statement[0].actions[0] | \"rekognition:IndexFaces\" | \"rekognition:IndexFaces\" | rekognition:IndexFaces"
        ]
    );
    assert_eq!(with_role(by_name("deny"), &Role::Action { allow: false }), ["statement[1].actions[0]"]);
    assert_eq!(
        allowed("p"),
        [
            "policy.Statement[0].Action[0] | \"rekognition:IndexFaces\" | \"rekognition:IndexFaces\" | rekognition:IndexFaces"
        ]
    );
    let p = setting(by_name("p"), "policy.Statement[0].Resource");
    assert_eq!((&*p.value.text, &*files.slice(p.value.span)), ("b", "\"${bucket}\""));
    assert_eq!(allowed("q").len(), 1);
    assert_eq!(
        allowed("r"),
        ["policy.Statement.Action | \"Action\" | \"rekognition:CompareFaces\" | rekognition:CompareFaces"]
    );
    assert!(setting(by_name("r"), "policy.Statement.Resource").value.is_unknown());
}

#[test]
fn a_module_gets_what_its_caller_gives() {
    let files = Files::new(&[
        ("main.tf", "module \"face\" {\n  source = \"./modules/face\"\n  days   = 30\n}\n"),
        (
            "modules/face/main.tf",
            "variable \"days\" {\n  default = 365\n}\nresource \"aws_dynamodb_table\" \"t\" {\n  ttl_days = var.days\n}\n",
        ),
        ("modules/face/terraform.tfvars", "days = 1\n"),
    ]);
    let found = files.describe("modules/face/main.tf").resources;
    assert_eq!(files.show(setting(&found[0], "ttl_days")), "ttl_days | ttl_days | var.days | 30 <- 30");
    assert_eq!(files.show(setting(&found[1], "days")), "days | \"days\" | 365 | 30 <- 30");
}

#[test]
fn circles_and_growth_end() {
    let mut text = String::from("locals {\n  a = local.b\n  b = [local.a, local.a]\n  c0 = \"xxxxxxxx\"\n");
    for n in 1..40 {
        text.push_str(&format!("  c{n} = \"${{local.c{}}}${{local.c{}}}\"\n", n - 1, n - 1));
        text.push_str(&format!("  d{n} = [local.d{}, local.d{}]\n", n - 1, n - 1));
    }
    text.push_str("}\nresource \"x\" \"y\" {\n  z = local.c39\n  w = local.d39\n  v = local.a\n}\n");
    let files = Files::new(&[("main.tf", text.as_str())]);
    assert!(!files.describe("main.tf").resources.is_empty());
}

#[test]
fn json_syntax_plans_and_values() {
    let files = Files::new(&[
        (
            "a.tf.json",
            r#"{"resource": {"aws_rekognition_collection": {"c": {"collection_id": "${var.id}"}}}, "variable": {"id": {"default": "x"}}}"#,
        ),
        (
            "plan.json",
            r#"{"format_version": "1.2", "terraform_version": "1.9.0", "planned_values": {"root_module": {"child_modules": [{"resources": [{"type": "aws_rekognition_collection", "name": "c", "values": {"collection_id": "x"}}]}]}}}"#,
        ),
        ("x.tfvars", "face_days = 30\n"),
    ]);
    let found = files.describe("a.tf.json").resources;
    assert_eq!(&*setting(&found[0], "collection_id").value.text, "x");
    assert_eq!(&*files.describe("plan.json").resources[0].type_name, "aws_rekognition_collection");
    let values = files.describe("x.tfvars").resources;
    assert_eq!((&*values[0].type_name, values[0].settings.len()), ("terraform variables", 1));
}
