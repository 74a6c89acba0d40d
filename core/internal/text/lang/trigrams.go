package lang

import "slices"

const (
	maxDistance = 300 // of one trigram, and the length of a profile
	maxTrigrams = 600 // of a text that count
)

// alphabetWeight is the share of the alphabet in a score; all languages in Arabic script have the same alphabet.
var alphabetWeight = func(characters float64) float64 { return -(characters / 300) + 2.0/3.0 }(1)

type trigram [3]rune

// InArabic chooses among the languages in Arabic script for a lower-case text.
func InArabic(lower string) Language {
	positions := frequent(lower)
	best, bestScore := ArabicLanguage, -1.0
	for _, p := range profiles {
		similarity := score(p.trigrams, positions)
		total := alphabetWeight + float64(similarity*(1-alphabetWeight))
		if total > bestScore {
			best, bestScore = p.language, total
		}
	}
	return best
}

// frequent gives the rank of the most frequent trigrams of a text.
func frequent(text string) map[trigram]int {
	counts := map[trigram]int{}
	t := trigram{' ', 0, 0}
	first := true
	next := func(r rune) {
		if first {
			t[1], first = r, false
			return
		}
		t[2] = r
		if t[1] != ' ' || t[0] != ' ' && t[2] != ' ' {
			counts[t]++
		}
		t[0], t[1] = t[1], t[2]
	}
	for _, r := range text {
		if Stop(r) {
			r = ' '
		}
		next(r)
	}
	next(' ')
	all := make([]trigram, 0, len(counts))
	for t := range counts {
		all = append(all, t)
	}
	slices.SortFunc(all, func(a, b trigram) int {
		if counts[a] != counts[b] {
			return counts[b] - counts[a]
		}
		return slices.Compare(b[:], a[:])
	})
	positions := make(map[trigram]int, min(len(all), maxTrigrams))
	for i, t := range all[:min(len(all), maxTrigrams)] {
		positions[t] = i
	}
	return positions
}

// score is 1 for a text whose trigrams rank as in the profile, and less the farther they are apart.
func score(profile string, positions map[trigram]int) float64 {
	distance, i := 0, 0
	var t trigram
	n := 0
	for _, r := range profile {
		t[n] = r
		if n++; n < len(t) {
			continue
		}
		n = 0
		if at, ok := positions[t]; ok {
			distance += max(at-i, i-at)
		} else {
			distance += maxDistance
		}
		i++
	}
	if len(positions) < maxDistance {
		distance -= (maxDistance - len(positions)) * maxDistance
	}
	distance = min(distance, maxDistance*maxDistance)
	most := len(positions) * maxDistance
	if most == 0 {
		return 0
	}
	return float64(most-distance) / float64(most)
}
