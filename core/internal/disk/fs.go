package disk

import (
	"io"
	"os"
)

// FS is the set of file operations the engine uses.
type FS interface {
	// Open opens a file for reading.
	Open(name string) (File, error)
	// Create opens a file for reading and writing, empty.
	Create(name string) (File, error)
	// OpenFile is the general form, as os.OpenFile.
	OpenFile(name string, flag int, perm os.FileMode) (File, error)
	// Mkdir makes one directory.
	Mkdir(name string) error
	// MkdirAll makes a directory and its missing parents.
	MkdirAll(name string) error
	// Rename moves a name, replacing an existing file.
	Rename(oldName, newName string) error
	// Exchange swaps two existing names atomically, or returns ErrNoExchange.
	Exchange(a, b string) error
	// Link makes newName a hard link of oldName.
	Link(oldName, newName string) error
	// Remove removes a file or an empty directory.
	Remove(name string) error
	// RemoveAll removes a tree; a missing name is no error.
	RemoveAll(name string) error
	// ReadDir lists a directory, sorted by name.
	ReadDir(name string) ([]os.DirEntry, error)
	// Stat follows symbolic links.
	Stat(name string) (os.FileInfo, error)
	// Lstat does not follow symbolic links.
	Lstat(name string) (os.FileInfo, error)
	// Truncate sets the size of an existing file; new bytes read as zero and
	// occupy no blocks.
	Truncate(name string, size int64) error
	// SyncDir makes the names in a directory durable.
	SyncDir(name string) error
	// Map maps a whole file, shared. An empty file gives an empty Data.
	Map(name string, writable bool) (*Mapping, error)
	// LockDir takes an exclusive advisory lock on the directory itself, without
	// waiting; ErrLocked when somebody holds it. Close releases it.
	LockDir(dir string) (io.Closer, error)
}

// File is an open file.
type File interface {
	io.Reader
	io.Writer
	io.ReaderAt
	io.WriterAt
	io.Seeker
	io.Closer
	Sync() error
	Truncate(size int64) error
	Stat() (os.FileInfo, error)
	Name() string
}

// OS is the real file system.
var OS FS = osFS{file: 0o644, dir: 0o755}

// Private is OS with files and directories that nobody but their owner can read.
var Private FS = osFS{file: 0o600, dir: 0o700}

// osFS has the permission bits of new files and directories, before the umask.
type osFS struct{ file, dir os.FileMode }

func (osFS) Open(name string) (File, error) { return wrap(os.Open(name)) }

func (o osFS) Create(name string) (File, error) {
	return wrap(os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_TRUNC, o.file))
}

func (o osFS) OpenFile(name string, flag int, perm os.FileMode) (File, error) {
	return wrap(os.OpenFile(name, flag, perm&o.file))
}

func (o osFS) Mkdir(name string) error                  { return os.Mkdir(name, o.dir) }
func (o osFS) MkdirAll(name string) error               { return os.MkdirAll(name, o.dir) }
func (osFS) Rename(oldName, newName string) error       { return os.Rename(oldName, newName) }
func (osFS) Exchange(a, b string) error                 { return exchange(a, b) }
func (osFS) Link(oldName, newName string) error         { return os.Link(oldName, newName) }
func (osFS) Remove(name string) error                   { return os.Remove(name) }
func (osFS) RemoveAll(name string) error                { return os.RemoveAll(name) }
func (osFS) ReadDir(name string) ([]os.DirEntry, error) { return os.ReadDir(name) }
func (osFS) Stat(name string) (os.FileInfo, error)      { return os.Stat(name) }
func (osFS) Lstat(name string) (os.FileInfo, error)     { return os.Lstat(name) }
func (osFS) Truncate(name string, size int64) error     { return os.Truncate(name, size) }
func (osFS) Map(name string, w bool) (*Mapping, error)  { return openMapping(name, w) }
func (osFS) LockDir(dir string) (io.Closer, error)      { return lockDir(dir) }

func (osFS) SyncDir(name string) error {
	d, err := os.Open(name)
	if err != nil {
		return err
	}
	err = d.Sync()
	if cerr := d.Close(); err == nil {
		err = cerr
	}
	return err
}

// wrap keeps a nil *os.File from becoming a non-nil File.
func wrap(f *os.File, err error) (File, error) {
	if err != nil {
		return nil, err
	}
	return f, nil
}
