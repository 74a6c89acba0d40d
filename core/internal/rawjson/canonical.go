package rawjson

// Canonical checks src, which must be exactly one JSON value, and appends its canonical form to dst.
// On an error dst comes back as it was.
func Canonical(dst, src []byte) ([]byte, error) {
	s, w := scanner{src: src}, writer{dst: dst}
	err := w.value(&s, 0)
	if err == nil {
		err = s.end()
	}
	if err != nil {
		return dst, err
	}
	return w.dst, nil
}

// writer builds canonical text while a scanner reads. A nil writer swallows everything.
type writer struct {
	dst     []byte
	members []member // of all open objects
	names   map[string]int
	scratch []byte
}

// member is a written member of an object: dst[start:colon] is the key, dst[colon+1:end] the value.
type member struct{ start, colon, end int }

func (w *writer) value(s *scanner, depth int) error {
	s.space()
	switch c := s.peek(); {
	case c == '{':
		return s.object(depth+1, w)
	case c == '[':
		return s.array(depth+1, w)
	case c == '"':
		start := s.pos
		err := s.text()
		if err == nil {
			w.text(s.src[start:s.pos])
		}
		return err
	case c == '-' || isDigit(c):
		n, err := s.number()
		if err == nil {
			w.dst = n.Append(w.dst)
		}
		return err
	default:
		start := s.pos
		err := s.word()
		w.dst = append(w.dst, s.src[start:s.pos]...)
		return err
	}
}

func (w *writer) byte(c byte) {
	if w != nil {
		w.dst = append(w.dst, c)
	}
}

func (w *writer) text(raw []byte) {
	if !hasEscape(raw) {
		w.dst = append(w.dst, raw...)
		return
	}
	w.scratch = Unescape(w.scratch[:0], raw)
	w.dst = AppendString(w.dst, w.scratch)
}

func (w *writer) open() int {
	if w == nil {
		return 0
	}
	w.dst = append(w.dst, '{')
	return len(w.members)
}

func (w *writer) key(raw []byte) {
	if w == nil {
		return
	}
	if w.dst[len(w.dst)-1] != '{' {
		w.dst = append(w.dst, ',')
	}
	m := member{start: len(w.dst)}
	w.text(raw)
	m.colon = len(w.dst)
	w.dst = append(w.dst, ':')
	w.members = append(w.members, m)
}

func (w *writer) member() {
	if w != nil {
		w.members[len(w.members)-1].end = len(w.dst)
	}
}

func (w *writer) close(first int) {
	if w == nil {
		return
	}
	if members := w.members[first:]; len(members) > 1 {
		begin := members[0].start
		if w.settle(members) {
			w.rebuild(begin, members)
		}
	}
	w.members = w.members[:first]
	w.dst = append(w.dst, '}')
}

// settle moves the last of equal keys to the place of the first and reports whether there were any.
// The places left empty have start < 0.
func (w *writer) settle(members []member) bool {
	if len(members) > 16 {
		return w.settleMany(members)
	}
	found := false
	for i := 1; i < len(members); i++ {
		key := w.dst[members[i].start:members[i].colon]
		for j := range members[:i] {
			if m := members[j]; m.start >= 0 && string(w.dst[m.start:m.colon]) == string(key) {
				members[j], members[i].start, found = members[i], -1, true
				break
			}
		}
	}
	return found
}

func (w *writer) settleMany(members []member) bool {
	if w.names == nil {
		w.names = make(map[string]int, len(members))
	}
	clear(w.names)
	found := false
	for i, m := range members {
		if j, ok := w.names[string(w.dst[m.start:m.colon])]; ok {
			members[j], members[i].start, found = m, -1, true
			continue
		}
		w.names[string(w.dst[m.start:m.colon])] = i
	}
	return found
}

// rebuild writes the members again, in their settled order, from where the first of them began.
func (w *writer) rebuild(begin int, members []member) {
	body := w.scratch[:0]
	for _, m := range members {
		if m.start < 0 {
			continue
		}
		if len(body) > 0 {
			body = append(body, ',')
		}
		body = append(body, w.dst[m.start:m.end]...)
	}
	w.dst = append(w.dst[:begin], body...)
	w.scratch = body
}
