//! The command line, case by case: see `tests/cmd`.

#[test]
fn cli() {
    let cases = trycmd::TestCases::new();
    cases.env("LC_ALL", "C.UTF-8").env("NO_COLOR", "1").case("tests/cmd/*.toml").case("tests/cmd/*.trycmd");
}
