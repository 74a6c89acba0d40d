package kana

import (
	"bytes"
	"compress/gzip"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func words(text string) string {
	var out []string
	Default().Words(text, func(w string) { out = append(out, w) })
	return strings.Join(out, "|")
}

func TestWords(t *testing.T) {
	require.Equal(t, "日本|語|の|テキスト|です|。|Qdrant|の|コード|で|単体|テスト|で|使用|さ|れ|て|い|ます|。",
		words("日本語のテキストです。Qdrantのコードで単体テストで使用されています。"))
	require.Empty(t, words(""))
	require.Equal(t, "本", words("本"))
}

func FuzzDecode(f *testing.F) {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	require.NoError(f, err)
	data, err := io.ReadAll(r)
	require.NoError(f, err)
	f.Add(data[:2000], "本日")
	f.Add([]byte(magic+"\x01\x01a\x02\x02\x04\x01\x01\x02\x02\x03\x05\x01\x02ab\x01\x02\x00\x02\x03\x03"), "abab")
	f.Fuzz(func(_ *testing.T, data []byte, text string) {
		if m, err := decode(data); err == nil {
			m.Words(text, func(string) {})
		}
	})
}
