package text

import (
	"encoding/binary"
	"encoding/json"
	"hash/crc32"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestCharacters: every character, alone and between two letters, gives the tokens of the reference.
func TestCharacters(t *testing.T) {
	data, err := os.ReadFile("testdata/characters.json")
	require.NoError(t, err)
	var want map[string][]uint32
	require.NoError(t, json.Unmarshal(data, &want))
	configs := map[string]Config{
		"word":         {Lowercase: true},
		"whitespace":   {Tokenizer: Whitespace, Lowercase: true, ASCIIFolding: true},
		"multilingual": {Tokenizer: Multilingual},
		"code":         {Tokenizer: Code, Lowercase: true},
	}
	require.Len(t, want, len(configs))
	const block = 4096
	for name, c := range configs {
		a, err := NewAnalyzer(c)
		require.NoError(t, err)
		m, err := NewBM25(DefaultParams, a)
		require.NoError(t, err)
		for i, sum := range want[name] {
			var data []byte
			for r := rune(i * block); r < rune(i+1)*block; r++ {
				data = m.appendCharacter(data, r)
			}
			if crc32.ChecksumIEEE(data) != sum {
				t.Errorf("%s: block %x", name, i*block)
			}
		}
	}
}

func (m *BM25) appendCharacter(data []byte, r rune) []byte {
	if 0xd800 <= r && r < 0xe000 {
		return data
	}
	for _, text := range []string{string(r), "a" + string(r) + "B"} {
		indices, _ := m.Document(text)
		data = append(data, byte(len(indices)))
		for _, id := range indices {
			data = binary.LittleEndian.AppendUint32(data, id)
		}
	}
	return data
}
