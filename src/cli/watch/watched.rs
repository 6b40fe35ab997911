//! Files under watch: waits until one of them is saved, replaced, removed or there again.

use notify::event::{AccessKind, AccessMode};
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::sleep;
use std::time::Duration;
use tariffcalc::read::Stamp;

/// How long a look at the files waits for the system to tell of a change. Folders that a network or a container shares tell of none.
const LOOK: Duration = Duration::from_millis(500);

/// The same where the system tells nothing of some folder.
const LOOK_ALONE: Duration = Duration::from_millis(40);

/// A file that was seen changing is looked at again after this time.
const SETTLE: Duration = Duration::from_millis(10);

/// So many looks in a row must find the files unchanged before they are read.
const STILL: u32 = 2;

/// So many looks are made while a file is empty or away: editors empty it, or move it away, before they write it anew.
const PATIENCE: u32 = 15;

/// The most looks before the files are read as they are.
const MOST_LOOKS: u32 = 30;

/// The files of which a change is waited for.
pub(super) struct Watched {
    /// `None` where the system has no watcher to give.
    watcher: Option<RecommendedWatcher>,
    events: Receiver<()>,
    /// The folders the system was asked to watch, and whether it does.
    folders: BTreeMap<PathBuf, bool>,
    files: BTreeMap<PathBuf, Option<Stamp>>,
}

impl Watched {
    /// Begins to watch nothing.
    pub(super) fn new() -> Self {
        let (tell, events) = channel();
        let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            // That a file is read is no change, and this program reads it itself.
            let written = EventKind::Access(AccessKind::Close(AccessMode::Write));
            let is_change = event.is_ok_and(|event| event.kind == written || !event.kind.is_access());
            if is_change {
                // Nobody listens any more at the end of the program.
                let _ = tell.send(());
            }
        });
        Self { watcher: watcher.ok(), events, folders: BTreeMap::new(), files: BTreeMap::new() }
    }

    /// Takes files under watch beside those that are; each as it looks now.
    pub(super) fn add(&mut self, paths: impl IntoIterator<Item = PathBuf>) {
        for path in paths {
            if let Some(whole) = path.canonicalize().ok().and_then(|whole| whole.parent().map(Path::to_owned)) {
                // Behind a link the file itself is written.
                self.watch(whole);
            }
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            self.watch(folder.canonicalize().unwrap_or_else(|_| folder.to_owned()));
            self.files.entry(path).or_insert_with_key(|path| Stamp::of(path));
        }
    }

    /// Lets go of files that are read no more.
    pub(super) fn keep(&mut self, paths: &BTreeSet<PathBuf>) {
        self.files.retain(|path, _| paths.contains(path));
    }

    /// A folder is watched and not its files: editors save by moving a new file over the old one, and a watch on that ends with it.
    fn watch(&mut self, folder: PathBuf) {
        if self.folders.get(&folder) != Some(&true) {
            let done = self.watcher.as_mut().is_some_and(|watcher| watcher.watch(&folder, RecursiveMode::NonRecursive).is_ok());
            self.folders.insert(folder, done);
        }
    }

    /// Waits until a file looks otherwise than when it was last read, and then until it stays as it is; `false` where `until` says to stop.
    pub(super) fn wait(&mut self, until: impl Fn() -> bool) -> bool {
        let mut silent = false;
        loop {
            let mut now = self.look();
            if now != self.files {
                let mut still = 0;
                for look in 0..MOST_LOOKS {
                    sleep(SETTLE);
                    let next = self.look();
                    still = if next == now { still + 1 } else { 0 };
                    now = next;
                    if still >= STILL && (look >= PATIENCE || !self.is_halfway(&now)) {
                        break;
                    }
                }
                self.files = now;
                if silent {
                    self.watch_again();
                }
                return true;
            }
            if until() {
                return false;
            }
            let told = self.watcher.is_some() && self.folders.values().all(|watched| *watched);
            let wait = if told { LOOK } else { LOOK_ALONE };
            silent = match self.events.recv_timeout(wait) {
                Ok(()) => false,
                Err(RecvTimeoutError::Timeout) => true,
                // Without a watcher nobody is there to tell anything.
                Err(RecvTimeoutError::Disconnected) => {
                    sleep(wait);
                    true
                }
            };
            while self.events.try_recv().is_ok() {}
        }
    }

    fn look(&self) -> BTreeMap<PathBuf, Option<Stamp>> {
        self.files.keys().map(|path| (path.clone(), Stamp::of(path))).collect()
    }

    /// Tells whether a file that was there is away or empty.
    fn is_halfway(&self, now: &BTreeMap<PathBuf, Option<Stamp>>) -> bool {
        let was = |path: &PathBuf| self.files.get(path).is_some_and(|stamp| stamp.is_some_and(|stamp| !stamp.is_empty()));
        now.iter().any(|(path, stamp)| was(path) && stamp.is_none_or(|stamp| stamp.is_empty()))
    }

    /// The system told nothing of a change: its folder may have been removed and made anew, and the system watches the old one.
    fn watch_again(&mut self) {
        let Some(watcher) = self.watcher.as_mut() else { return };
        for (folder, watched) in &mut self.folders {
            let _ = watcher.unwatch(folder);
            *watched = watcher.watch(folder, RecursiveMode::NonRecursive).is_ok();
        }
    }
}
