//! How fast the processor path is in a browser: single operations in GFLOP/s, then the stages of a render.

use std::cell::RefCell;

use burn::tensor::{Device, Distribution, Tensor, activation, module, ops::ConvOptions};
use underpaint_browser::{clock::now_secs, query, store};
use underpaint_engine::{load_model, render};
use underpaint_protocol::GenerateInput;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

use getrandom_0_3 as _;
use getrandom_0_4 as _;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console)]
    fn log(text: &str);
}

fn time(name: &str, gflop: f64, mut run: impl FnMut() -> Tensor<4>) {
    let _ = run().into_data();
    let start = now_secs();
    let mut n = 0;
    while now_secs() - start < 0.5 {
        let _ = run().into_data();
        n += 1;
    }
    let secs = (now_secs() - start) / f64::from(n);
    log(&format!("BENCH {name}: {:.2} ms, {:.1} GFLOP/s", secs * 1e3, gflop / secs));
}

fn operations(device: &Device) {
    let random = |dims: [usize; 4]| Tensor::<4>::random(dims, Distribution::Normal(0.0, 1.0), device);
    for n in [128usize, 256, 512] {
        let (a, b) = (random([1, 1, n, n]), random([1, 1, n, n]));
        time(&format!("matmul {n}"), 2.0 * (n as f64).powi(3) / 1e9, || a.clone().matmul(b.clone()));
    }
    for (batch, channels, out, size) in
        [(2, 64, 64, 16), (2, 96, 96, 8), (2, 160, 160, 4), (1, 24, 24, 128), (1, 48, 48, 64), (1, 3, 24, 128)]
    {
        let input = random([batch, channels, size, size]);
        let weight = random([out, channels, 3, 3]);
        let bias = Tensor::<1>::zeros([out], device);
        let gflop = 2.0 * (batch * channels * out * size * size * 9) as f64 / 1e9;
        time(&format!("conv3x3 b{batch} {channels}->{out} {size}x{size}"), gflop, || {
            module::conv2d(
                input.clone(),
                weight.clone(),
                Some(bias.clone()),
                ConvOptions::new([1, 1], [1, 1], [1, 1], 1),
            )
        });
    }
    let input = random([1, 24, 128, 128]);
    let elements = 24.0 * 128.0 * 128.0 / 1e9;
    time("silu 24x128x128 (G elements/s)", elements, || activation::silu(input.clone()));
    time("add 24x128x128 (G elements/s)", elements, || input.clone() + input.clone());
    time("mean 24x128x128 (G elements/s)", elements, || {
        input.clone().reshape([1, 8, 3 * 128, 128]).mean_dim(3).mean_dim(2)
    });
}

async fn whole() -> Result<(), String> {
    let url = query::absolute_url("starter/").map_err(|it| it.to_string())?;
    let store = store::fetch_model(&url, |_, _| {}).await.map_err(|it| it.to_string())?;
    let start = now_secs();
    let device = Device::flex();
    let (mut renderer, model) = load_model(&store, "starter", &device).map_err(|it| it.to_string())?;
    log(&format!("BENCH load {:.3} s, {} parameters", now_secs() - start, model.parameters));
    for (size, guidance, steps) in [(128, 4.0, 12), (128, 1.0, 12), (64, 4.0, 4)] {
        let input = GenerateInput {
            width: size,
            height: size,
            guidance,
            steps,
            prompt: "a sunny meadow under a blue sky, oil painting".to_owned(),
            ..GenerateInput::default()
        };
        let pixels: Vec<u8> = (0..size * size).flat_map(|i| [(i % 255) as u8, (i / size) as u8, 90, 255]).collect();
        let last = RefCell::new(now_secs());
        let start = now_secs();
        let picture = render(&mut renderer, &model, &input, pixels, |progress| {
            let now = now_secs();
            log(&format!(
                "BENCH   {:.1} ms until {:?} {}",
                (now - last.replace(now)) * 1e3,
                progress.stage,
                progress.step
            ));
        })
        .await
        .map_err(|it| it.to_string())?;
        let mean = picture.pixels().iter().map(|it| f64::from(*it)).sum::<f64>() / picture.pixels().len() as f64;
        log(&format!(
            "BENCH render {size} guidance {guidance} steps {steps}: {:.3} s, mean {mean:.3}",
            now_secs() - start
        ));
    }
    Ok(())
}

async fn time_on(name: &str, gflop: f64, run: impl Fn() -> Tensor<4>) {
    let _ = run().into_data_async().await;
    let start = now_secs();
    let mut n = 0;
    while now_secs() - start < 1.0 {
        let _ = run().into_data_async().await;
        n += 1;
    }
    let secs = (now_secs() - start) / f64::from(n);
    log(&format!("BENCH gpu {name}: {:.2} ms, {:.2} GFLOP/s", secs * 1e3, gflop / secs));
}

async fn operations_on_gpu() -> Result<(), String> {
    let device = Device::wgpu_options().init_async().await.map_err(|it| it.to_string())?;
    let random = |dims: [usize; 4]| Tensor::<4>::random(dims, Distribution::Normal(0.0, 1.0), &device);
    let tiny = random([1, 1, 1, 1]);
    time_on("readback", 0.0, || tiny.clone()).await;
    time_on("add one", 0.0, || tiny.clone() + 1.0).await;
    time_on("add one 20 times", 0.0, || (0..20).fold(tiny.clone(), |it, _| it + 1.0)).await;
    for (rows, k, n) in [(2, 128, 256), (128, 64, 64), (128, 160, 1280), (154, 128, 160)] {
        let (a, b) = (random([1, 1, rows, k]), random([1, 1, k, n]));
        time_on(&format!("matmul {rows}x{k}x{n}"), 2.0 * (rows * k * n) as f64 / 1e9, || a.clone().matmul(b.clone()))
            .await;
    }
    for (batch, channels, out, size, kernel) in [
        (2, 64, 64, 8, 3),
        (2, 96, 96, 4, 3),
        (2, 160, 160, 2, 3),
        (1, 24, 24, 64, 3),
        (1, 96, 96, 16, 3),
        (2, 160, 160, 2, 1),
    ] {
        let input = random([batch, channels, size, size]);
        let weight = random([out, channels, kernel, kernel]);
        let bias = Tensor::<1>::zeros([out], &device);
        let gflop = 2.0 * (batch * channels * out * size * size * kernel * kernel) as f64 / 1e9;
        time_on(&format!("conv{kernel} b{batch} {channels}->{out} {size}x{size}"), gflop, || {
            module::conv2d(
                input.clone(),
                weight.clone(),
                Some(bias.clone()),
                ConvOptions::new([1, 1], [kernel / 2, kernel / 2], [1, 1], 1),
            )
        })
        .await;
    }
    for dims in [[2, 16, 4, 64], [1, 8, 3, 4096]] {
        let input = random(dims);
        let ones = Tensor::<1>::ones([dims[2] * dims[3]], &device);
        time_on(&format!("group norm {dims:?}"), 0.0, || {
            let rows = input.clone().reshape([dims[0] * dims[1], dims[2] * dims[3]]);
            module::layer_norm(rows, ones.clone(), None, 1e-5).reshape(dims)
        })
        .await;
    }
    for (tokens, keys) in [(16, 16), (16, 77), (64, 64)] {
        let query = random([2, 4, tokens, 24]);
        let key = random([2, 4, keys, 24]);
        time_on(&format!("attention {tokens}x{keys}"), 0.0, || {
            module::attention(query.clone(), key.clone(), key.clone(), None, None, Default::default())
        })
        .await;
    }
    let wide = random([2, 64, 8, 8]);
    time_on("silu", 0.0, || activation::silu(wide.clone())).await;
    time_on("gelu", 0.0, || activation::gelu(wide.clone())).await;
    time_on("sum", 0.0, || wide.clone().sum_dim(3).sum_dim(2).sum_dim(1)).await;
    time_on("sum all", 0.0, || wide.clone().sum().reshape([1, 1, 1, 1])).await;
    time_on("cat", 0.0, || Tensor::cat(vec![wide.clone(), wide.clone()], 1)).await;
    Ok(())
}

fn main() {
    std::panic::set_hook(Box::new(|info| log(&format!("BENCH PANIC {info}"))));
    spawn_local(async {
        let outcome = match query::query_parameter("what").as_deref() {
            Some("gpu") => operations_on_gpu().await,
            _ => {
                operations(&Device::flex());
                whole().await
            }
        };
        if let Err(error) = outcome {
            log(&format!("BENCH ERROR {error}"));
        }
        log("BENCH DONE");
    });
}
