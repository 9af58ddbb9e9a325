//! The icons, drawn from their SVG sources by headless Chromium.

use anyhow::{Context, Result};

use crate::process;
use crate::setup::Browser;
use crate::workspace::Workspace;

/// Source, picture and width in pixels, all in web/icons.
const PICTURES: &[(&str, &str, u32)] = &[
    ("icon.svg", "icon-192.png", 192),
    ("icon.svg", "icon-512.png", 512),
    ("icon-maskable.svg", "icon-maskable-512.png", 512),
    ("icon-maskable.svg", "apple-touch-icon.png", 180),
];

/// Draws every picture anew.
pub fn run(workspace: &Workspace) -> Result<()> {
    let browser =
        Browser::find(workspace).context("no Chromium was found; `cargo xtask setup` says what to install")?;
    let folder = workspace.root.join("web/icons");
    let scratch = std::env::temp_dir().join(format!("underpaint-icons-{}", std::process::id()));
    std::fs::create_dir_all(&scratch)?;
    for (source, picture, width_px) in PICTURES {
        // A page of our own around the SVG makes it fill the window whatever size it names.
        let page = scratch.join("page.html");
        let svg = std::fs::read_to_string(folder.join(source)).with_context(|| format!("{source} cannot be read"))?;
        let style = "html,body{margin:0;background:transparent}svg{display:block;width:100vw;height:100vw}";
        std::fs::write(&page, format!("<!doctype html><style>{style}</style>{svg}"))?;
        let mut command = std::process::Command::new(&browser.chromium);
        command
            .args(["--headless", "--no-sandbox", "--no-first-run", "--disable-gpu", "--hide-scrollbars"])
            .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
            .args(["--default-background-color=00000000", "--force-device-scale-factor=1", "--log-level=3"])
            .arg(format!("--user-data-dir={}", scratch.join("profile").display()))
            .arg(format!("--window-size={width_px},{width_px}"))
            .arg(format!("--screenshot={}", folder.join(picture).display()))
            .arg(&page);
        process::read(&mut command)?;
        println!("drew web/icons/{picture}");
    }
    std::fs::remove_dir_all(&scratch)?;
    Ok(())
}
