//! The site: built by trunk into dist/, and served.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::process::{self, shown_duration};
use crate::workspace::Workspace;

/// How often a starting server is asked whether it answers.
const ANSWER_POLL_INTERVAL: Duration = Duration::from_millis(500);

/// How long a server may take over one answer.
const ANSWER_LIMIT: Duration = Duration::from_secs(5);

/// Builds the site into dist/. The first build compiles the engine's dependencies, which takes many minutes.
pub fn build(workspace: &Workspace) -> Result<()> {
    let started = Instant::now();
    println!("Building the site (the first time takes many minutes)");
    process::run(workspace.command("trunk")?.args(["build", "--release"]))?;
    println!("Built {} in {}", workspace.dist().display(), shown_duration(started.elapsed()));
    Ok(())
}

/// Builds and serves the app until it is interrupted, rebuilding on change.
///
/// # Errors
/// When the port is taken, or when trunk ends, which it does when the first build fails.
pub fn serve(workspace: &Workspace, port: u16, open_browser: bool) -> Result<()> {
    require_free_port(port)?;
    println!("Building the app (the first time takes many minutes)");
    let started = Instant::now();
    // Without trunk's reload script the served page is byte for byte the built one, service worker included; the page
    // itself offers the reload when a new build is ready.
    let mut server = workspace
        .command("trunk")?
        .args(["serve", "--release", "--no-autoreload", "--port", &port.to_string()])
        .spawn()
        .context("trunk could not be started")?;
    wait_until_it_answers(&mut server, port)?;
    let address = format!("http://localhost:{port}");
    println!("\nUnderpaint is at {address}\n(ready in {}; Ctrl-C ends it)\n", shown_duration(started.elapsed()));
    if open_browser {
        open(workspace, &address);
    }
    let status = server.wait()?;
    if !status.success() {
        bail!("the server ended ({status})");
    }
    Ok(())
}

fn require_free_port(port: u16) -> Result<()> {
    match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
        Ok(_) => Ok(()),
        Err(_) => bail!("port {port} is taken by another program; choose one with `cargo xtask serve --port NUMBER`"),
    }
}

fn wait_until_it_answers(server: &mut Child, port: u16) -> Result<()> {
    loop {
        if let Some(status) = server.try_wait()? {
            bail!("trunk ended before the app answered ({status}); its messages above say why");
        }
        if answers(port) {
            return Ok(());
        }
        std::thread::sleep(ANSWER_POLL_INTERVAL);
    }
}

/// Whether a web server on this port answers a request for its start page with success.
fn answers(port: u16) -> bool {
    let ask = || -> std::io::Result<bool> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let mut stream = TcpStream::connect_timeout(&address, ANSWER_LIMIT)?;
        stream.set_read_timeout(Some(ANSWER_LIMIT))?;
        stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\nConnection: close\r\n\r\n")?;
        let mut status_line = [0; 12];
        stream.read_exact(&mut status_line)?;
        Ok(status_line.ends_with(b" 200"))
    };
    ask().unwrap_or(false)
}

/// Opens the address where there is a screen; on a machine without one the printed line is all.
fn open(workspace: &Workspace, address: &str) {
    let opener = if cfg!(target_os = "macos") {
        "open"
    } else if cfg!(windows) {
        "explorer"
    } else if ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|variable| std::env::var_os(variable).is_some()) {
        "xdg-open"
    } else {
        return;
    };
    // A desktop without the opener, or without a browser, still has the address in front of it.
    if let Ok(mut command) = workspace.command(opener) {
        let _ = command.arg(address).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_named_in_the_error() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let message = require_free_port(port).unwrap_err().to_string();
        assert!(message.contains(&port.to_string()) && message.contains("--port"), "{message}");
    }

    #[test]
    fn only_a_success_counts_as_an_answer() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = std::thread::spawn(move || {
            for status in ["404 Not Found", "200 OK"] {
                let (mut stream, _) = listener.accept().unwrap();
                let mut request = [0; 1024];
                let _ = stream.read(&mut request).unwrap();
                // In one piece: whoever asks goes away as soon as the status is there, and a second piece would find nobody.
                stream.write_all(format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n").as_bytes()).unwrap();
            }
        });
        assert!(!answers(port));
        assert!(answers(port));
        server.join().unwrap();
        assert!(!answers(port));
    }
}
