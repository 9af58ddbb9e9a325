//! Child processes: run to success, read, watched while they run, or given up on after a limit.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// How often a child with a time limit is looked at.
const POLL_INTERVAL: Duration = Duration::from_millis(100);

/// Runs a child to its end with our terminal.
///
/// # Errors
/// When it cannot be started or does not succeed; the message holds the command line.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("{} could not be started", shown(command)))?;
    require_success(command, status)
}

/// Runs a child and returns what it printed, without the line ends around it. Its error output is dropped.
///
/// # Errors
/// When it cannot be started or does not succeed.
pub fn read(command: &mut Command) -> Result<String> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .with_context(|| format!("{} could not be started", shown(command)))?;
    require_success(command, output.status)?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Runs a child with our terminal and ends it when it is not done in time.
///
/// # Errors
/// As [`run`], and when the limit is passed.
pub fn run_within(command: &mut Command, limit: Duration) -> Result<()> {
    let mut child =
        command.stdin(Stdio::null()).spawn().with_context(|| format!("{} could not be started", shown(command)))?;
    let status = wait_within(&mut child, limit).with_context(|| shown(command))?;
    require_success(command, status)
}

/// Runs a child whose standard output is passed on line by line, to the terminal and to `on_line`.
///
/// # Errors
/// As [`run_within`]; lines that came before a failure were passed on.
pub fn run_watched(command: &mut Command, limit: Duration, mut on_line: impl FnMut(&str)) -> Result<()> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("{} could not be started", shown(command)))?;
    let pipe = child.stdout.take().context("the child has no output")?;
    let (sender, lines) = mpsc::channel();
    // A thread of its own reads, so that a child that prints nothing is still given up on in time. It is not joined:
    // grandchildren that outlive the child may hold the pipe open.
    thread::spawn(move || {
        for line in BufReader::new(pipe).split(b'\n').map_while(std::io::Result::ok) {
            if sender.send(String::from_utf8_lossy(&line).into_owned()).is_err() {
                break;
            }
        }
    });
    let deadline = Instant::now() + limit;
    let mut handle = |line: &str| {
        println!("{line}");
        // A broken pipe on our side is not the child's failure.
        let _ = std::io::stdout().flush();
        on_line(line);
    };
    loop {
        match lines.recv_timeout(POLL_INTERVAL) {
            Ok(line) => handle(&line),
            Err(mpsc::RecvTimeoutError::Disconnected) => break,
            Err(mpsc::RecvTimeoutError::Timeout) => {
                if child.try_wait()?.is_some() || Instant::now() > deadline {
                    break;
                }
            }
        }
    }
    let remaining = deadline.saturating_duration_since(Instant::now());
    let status = wait_within(&mut child, remaining).with_context(|| shown(command))?;
    while let Ok(line) = lines.recv_timeout(POLL_INTERVAL) {
        handle(&line);
    }
    require_success(command, status)
}

fn wait_within(child: &mut Child, limit: Duration) -> Result<ExitStatus> {
    let deadline = Instant::now() + limit;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        if Instant::now() >= deadline {
            child.kill()?;
            child.wait()?;
            bail!("was ended because it was not done in time");
        }
        thread::sleep(POLL_INTERVAL);
    }
}

fn require_success(command: &Command, status: ExitStatus) -> Result<()> {
    if status.success() {
        return Ok(());
    }
    bail!("{} failed ({status})", shown(command))
}

/// The command as a person would type it, for messages.
fn shown(command: &Command) -> String {
    let program = command.get_program().to_string_lossy();
    let name = program.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
    let arguments = command.get_args().map(|argument| argument.to_string_lossy().into_owned());
    let words: Vec<String> = std::iter::once(name).chain(arguments).collect();
    format!("`{}`", words.join(" "))
}

/// A duration as people say it: `0.4 s`, `12 s`, `3 min 05 s`.
pub fn shown_duration(duration: Duration) -> String {
    let secs = duration.as_secs();
    match secs {
        0..10 => format!("{:.1} s", duration.as_secs_f64()),
        10..60 => format!("{secs} s"),
        _ => format!("{} min {:02} s", secs / 60, secs % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_shown_as_people_say_them() {
        assert_eq!(shown_duration(Duration::from_millis(440)), "0.4 s");
        assert_eq!(shown_duration(Duration::from_secs(12)), "12 s");
        assert_eq!(shown_duration(Duration::from_secs(185)), "3 min 05 s");
    }

    #[cfg(unix)]
    #[test]
    fn a_child_that_hangs_is_ended_at_its_limit() {
        let started = Instant::now();
        let error = run_within(Command::new("sleep").arg("60"), Duration::from_millis(200)).unwrap_err();
        assert!(format!("{error:#}").contains("not done in time"), "{error:#}");
        assert!(started.elapsed() < Duration::from_secs(10));
    }

    #[cfg(unix)]
    #[test]
    fn lines_printed_before_a_failure_are_seen() {
        let mut seen = Vec::new();
        let mut command = Command::new("sh");
        command.args(["-c", "echo one; echo two; exit 3"]);
        let result = run_watched(&mut command, Duration::from_secs(10), |line| seen.push(line.to_owned()));
        assert!(result.is_err());
        assert_eq!(seen, ["one", "two"]);
    }
}
