package field

import (
	"errors"
)

// build makes indexes from the payloads, in new directories, and names them in config.json when all of it is durable.
func (s *Set) build(list ...*Index) error {
	if len(list) == 0 {
		return nil
	}
	err := s.make(list)
	if err == nil {
		err = s.commit(list...)
	}
	if err != nil {
		for _, x := range list {
			err = errors.Join(err, x.close(), s.wipe(x.key))
		}
		return err
	}
	for _, x := range list {
		s.add(x)
	}
	return nil
}

func (s *Set) make(list []*Index) error {
	if err := s.fs.MkdirAll(s.dir); err != nil {
		return err
	}
	for _, x := range list {
		if err := s.wipe(x.key); err != nil {
			return err
		}
	}
	how := s.gather
	if s.mutable {
		how = s.fill
	}
	if err := how(list); err != nil {
		return err
	}
	return s.fs.SyncDir(s.dir)
}

// fill makes mutable indexes.
func (s *Set) fill(list []*Index) error {
	for _, x := range list {
		for _, k := range x.kinds {
			at := s.place(x.key, k, x.schema)
			p, err := at.create()
			if err != nil {
				return err
			}
			x.attach(p)
		}
	}
	err := s.each(list, func(i int, off uint32, values [][]byte) error { return list[i].update(off, values) })
	if err != nil {
		return err
	}
	for _, x := range list {
		if err := x.flush(); err != nil {
			return err
		}
	}
	return nil
}

// gather makes immutable indexes: all the values first, then the files.
func (s *Set) gather(list []*Index) error {
	gatherers := make([][]gatherer, len(list))
	for i, x := range list {
		for _, k := range x.kinds {
			at := s.place(x.key, k, x.schema)
			gatherers[i] = append(gatherers[i], at.gather())
		}
	}
	err := s.each(list, func(i int, off uint32, values [][]byte) error {
		for _, g := range gatherers[i] {
			g.add(off, values)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for i, x := range list {
		if err := s.write(x, gatherers[i]); err != nil {
			return err
		}
		gatherers[i] = nil
	}
	return nil
}

func (s *Set) write(x *Index, from []gatherer) error {
	for i, k := range x.kinds {
		at := s.place(x.key, k, x.schema)
		if err := s.fs.MkdirAll(at.dir); err != nil {
			return err
		}
		if err := from[i].write(&at); err != nil {
			return err
		}
		p, err := at.open()
		if err != nil {
			return err
		}
		x.attach(p)
	}
	x.classifyAll(s.from.Total())
	return nil
}

// each visits the points, with the values that they have under the keys of the indexes, in one pass over the payloads.
func (s *Set) each(list []*Index, fn func(i int, off uint32, values [][]byte) error) error {
	deleted := s.from.Deleted()
	for off := range uint32(s.from.Total()) {
		if deleted.Get(off) {
			continue
		}
		raw, err := s.from.Payload(off, s.buf[:0])
		if err != nil {
			return err
		}
		if raw != nil {
			s.buf = raw
		}
		for i, x := range list {
			s.values = x.values(s.values[:0], raw)
			if err := fn(i, off, s.values); err != nil {
				return err
			}
		}
	}
	return nil
}
