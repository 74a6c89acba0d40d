package vectors

// Bytes is the size of the vectors of a storage that are not deleted; that of multivectors is their share of all rows.
func Bytes(st Storage) uint64 {
	if m, ok := st.(interface{ rowBytes() (rows, size int) }); ok {
		rows, size := m.rowBytes()
		if st.Len() == 0 {
			return 0
		}
		return uint64(rows) * uint64(size) * uint64(st.Live()) / uint64(st.Len())
	}
	return 0
}

func (c *chunked[T]) rowBytes() (rows, size int) { return c.n, c.dim * elemBytes[T]() }
func (m *matrix[T]) rowBytes() (rows, size int)  { return m.n, m.dim * elemBytes[T]() }
func (m *multi[T]) rowBytes() (rows, size int)   { return m.rows.Len(), m.rows.ItemBytes() }
