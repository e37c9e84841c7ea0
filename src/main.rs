//! The command line: arguments in, exit code out.

mod cli;

fn main() -> std::process::ExitCode {
    cli::report_panics();
    cli::run(std::env::args_os().collect())
}
