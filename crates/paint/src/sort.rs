//! A sort for short lists. The standard library's are made for millions of items, and each list that is sorted by one
//! brings kilobytes of it into the page's program.

/// Sorts by a key, and leaves items of equal keys in their order. Takes the square of the length in time.
pub fn insertion_sort_by_key<T, K: PartialOrd>(items: &mut [T], key: impl Fn(&T) -> K) {
    for end in 1..items.len() {
        let mut at = end;
        while at > 0 && key(&items[at - 1]) > key(&items[at]) {
            items.swap(at - 1, at);
            at -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_lists_are_sorted_and_equals_keep_their_order() {
        let mut words = ["pear", "fig", "plum", "apple", "nut", ""];
        insertion_sort_by_key(&mut words, |word| word.len());
        assert_eq!(words, ["", "fig", "nut", "pear", "plum", "apple"]);
        insertion_sort_by_key(&mut words[..0], |word| word.len());
    }
}
