// Package dict has the word lists that Chinese and Thai text is segmented with: jieba's dictionary (MIT) with the frequencies of its words,
// and the Thai words of nlpo3 (Apache 2.0). Each is a compressed file, unpacked at first use.
//
// Layout after decompression, numbers as unsigned varints: the number of words, the logarithm of the sum of frequencies (float64), then five
// streams, each after its length in bytes: the logarithms of the distinct frequencies in ascending order (float64 each), and for each word
// in the order of its bytes how many bytes it shares with the word before, how many follow, those bytes, and the rank of its frequency.
// The logarithms are stored because their last bit decides between equally likely segmentations.
package dict
