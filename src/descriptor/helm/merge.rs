//! Values over values.

use super::value::{Heap, Item, Kind, MAX_DEPTH, Map, Val};

/// A copy that shares no mapping with the original.
pub(super) fn copy(val: &Val, heap: &Heap, depth: usize) -> Val {
    if depth > MAX_DEPTH {
        return Val::unknown();
    }
    match &val.kind {
        Kind::Map(map) => {
            let items = map.borrow().clone();
            let copied = items
                .into_iter()
                .map(|(k, i)| (k, Item { key: i.key, val: copy(&i.val, heap, depth + 1) }))
                .collect();
            heap.map(copied).at(val.from)
        }
        Kind::List(list) => {
            Val::list(list.items.iter().map(|v| copy(v, heap, depth + 1)).collect()).at(val.from)
        }
        _ => val.clone(),
    }
}

/// `over` laid on `base`, as Helm lays values on a chart's defaults: mappings are merged all the way down, a
/// null removes a default. The result shares nothing with either.
pub(super) fn overlay(base: &Val, over: &Val, heap: &Heap, depth: usize) -> Val {
    if depth > MAX_DEPTH {
        return Val::unknown();
    }
    match (&base.kind, &over.kind) {
        (Kind::Map(a), Kind::Map(b)) => {
            let mut out: Map = Map::new();
            for (key, item) in a.borrow().iter() {
                let merged = match b.borrow().get(key) {
                    Some(new) if new.val.is_nil() => continue,
                    Some(new) => Item { key: new.key, val: overlay(&item.val, &new.val, heap, depth + 1) },
                    None => Item { key: item.key, val: copy(&item.val, heap, depth + 1) },
                };
                out.insert(key.clone(), merged);
            }
            for (key, item) in b.borrow().iter() {
                if !a.borrow().contains_key(key) {
                    out.insert(key.clone(), Item { key: item.key, val: copy(&item.val, heap, depth + 1) });
                }
            }
            heap.map(out).at(over.from)
        }
        // A mapping is not replaced by something that is none.
        (Kind::Map(_), _) if !over.is_nil() && !over.is_unknown() => copy(base, heap, depth + 1),
        _ => copy(over, heap, depth + 1),
    }
}
