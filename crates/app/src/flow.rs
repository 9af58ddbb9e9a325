//! Lists, conditions and effects that are compiled once for all views: Leptos compiles its own for every closure and every
//! type of view that they are used with, and most of the page's program would be copies.

use leptos::prelude::*;

/// Views of a list, one after another.
pub trait CollectAny {
    /// The views as one type, whatever each is.
    fn collect_any(self) -> Vec<AnyView>;
}

impl<T> CollectAny for T
where
    T: IntoIterator,
    T::Item: IntoView + 'static,
{
    fn collect_any(self) -> Vec<AnyView> {
        self.into_iter().map(IntoAny::into_any).collect()
    }
}

/// Shows its children as long as `when` says so. They are built anew only when its answer changes.
#[component]
pub fn When(#[prop(into)] when: Signal<bool>, children: ChildrenFn) -> impl IntoView {
    let is_shown = Memo::new(move |_| when.get());
    move || is_shown.get().then(|| children())
}

/// Runs now, after the views are there, and again whenever a signal changes that it has read.
pub fn on_change(run: impl FnMut() + 'static) {
    run_on_change(Box::new(run));
}

fn run_on_change(mut run: Box<dyn FnMut()>) {
    Effect::new(move |_| run());
}
