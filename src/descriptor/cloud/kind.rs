//! What kind of thing a cloud resource is, by the words of its type.

use super::super::model::ResourceKind;

/// Words that make a resource a place where data rest, unless a word of [`PARTS`] follows.
const STORES: &[&str] = &[
    "bucket",
    "table",
    "collection",
    "database",
    "dynamodb",
    "cosmosdb",
    "documentdb",
    "docdb",
    "rds",
    "efs",
    "volume",
    "disk",
    "redis",
    "elasticache",
    "memorydb",
    "opensearch",
    "elasticsearch",
    "filesystem",
    "db",
    "blob",
    "bigtable",
    "firestore",
    "spanner",
    "sqldatabase",
    "storageaccount",
    "oss",
    "obs",
    "cos",
    "mongodb",
    "milvus",
    "datastore",
];

/// Words of things that run.
const WORKLOADS: &[&str] = &[
    "lambda",
    "function",
    "task",
    "instance",
    "container",
    "apprunner",
    "cloudrun",
    "webapp",
    "virtualmachine",
    "deployment",
    "job",
    "site",
    "sites",
    "cloudfunctions",
    "fc",
    "scf",
    "fargate",
    "job",
    "pod",
    "server",
];

/// Words of ways in.
const WAYS_IN: &[&str] = &[
    "lb",
    "alb",
    "elb",
    "slb",
    "clb",
    "loadbalancer",
    "apigateway",
    "apigatewayv2",
    "cloudfront",
    "ingress",
    "frontdoor",
    "apimanagement",
];

/// Words of things that only say something about a store or a workload.
const PARTS: &[&str] = &[
    "policy",
    "permission",
    "role",
    "group",
    "rule",
    "notification",
    "layer",
    "alias",
    "attachment",
    "subnet",
    "parameter",
    "iam",
    "profile",
    "key",
    "acl",
    "ownership",
    "cors",
    "logging",
    "mapping",
    "alarm",
    "plan",
    "template",
    "version",
    "item",
    "object",
    "definition",
];

/// The kind of a resource by its type: `aws_s3_bucket`, `AWS::S3::Bucket`, `Microsoft.Storage/storageAccounts`.
pub(crate) fn kind_of(type_name: &str) -> ResourceKind {
    let type_name = type_name.split('@').next().unwrap_or_default();
    let words = words(type_name);
    let has = |list: &[&str]| words.iter().any(|w| list.contains(&w.as_str()));
    let joined = words.concat();
    let parts = has(PARTS) && !joined.ends_with("taskdefinition") && !joined.ends_with("launchtemplate");
    if parts {
        ResourceKind::Cloud
    } else if has(WAYS_IN) || joined.contains("apigateway") || joined.contains("loadbalancer") {
        ResourceKind::Ingress
    } else if has(STORES) || joined.contains("storageaccount") || joined.ends_with("filesystem") {
        ResourceKind::Store
    } else if has(WORKLOADS)
        || ["cloudrun", "taskdefinition", "virtualmachine", "ecsservice", "containerservice"]
            .iter()
            .any(|w| joined.contains(w))
    {
        ResourceKind::Workload
    } else {
        ResourceKind::Cloud
    }
}

/// The words of a type, lower case, plural `s` kept off.
fn words(type_name: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut lower = false;
    for c in type_name.chars() {
        if !c.is_alphanumeric() {
            lower = false;
            out.push(String::new());
            continue;
        }
        if out.is_empty() || (lower && c.is_uppercase()) {
            out.push(String::new());
        }
        lower = c.is_lowercase() || c.is_ascii_digit();
        if let Some(word) = out.last_mut() {
            word.extend(c.to_lowercase());
        }
    }
    out.retain(|w| !w.is_empty());
    for word in &mut out {
        if word.len() > 4 && word.ends_with('s') && !word.ends_with("ss") && word != "redis" {
            word.pop();
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds() {
        for (kind, types) in [
            (
                ResourceKind::Store,
                &[
                    "aws_s3_bucket",
                    "AWS::DynamoDB::Table",
                    "AWS::Rekognition::Collection",
                    "aws_rekognition_collection",
                    "azurerm_storage_account",
                    "Microsoft.Storage/storageAccounts@2023-01-01",
                    "google_storage_bucket",
                    "aws:s3/bucket:Bucket",
                    "alicloud_oss_bucket",
                    "aws_db_instance",
                ][..],
            ),
            (
                ResourceKind::Workload,
                &[
                    "aws_lambda_function",
                    "AWS::Serverless::Function",
                    "aws_ecs_task_definition",
                    "google_cloud_run_v2_service",
                    "azurerm_container_app",
                    "aws_instance",
                    "Microsoft.Web/sites",
                ],
            ),
            (
                ResourceKind::Ingress,
                &["aws_lb", "aws_api_gateway_rest_api", "AWS::ElasticLoadBalancingV2::LoadBalancer"],
            ),
            (
                ResourceKind::Cloud,
                &[
                    "aws_iam_policy",
                    "aws_s3_bucket_policy",
                    "AWS::Lambda::Permission",
                    "azurerm_cognitive_account",
                    "Microsoft.CognitiveServices/accounts",
                    "aws_cloudwatch_log_group",
                ],
            ),
        ] {
            for type_name in types {
                assert_eq!(kind_of(type_name), kind, "{type_name}");
            }
        }
    }
}
