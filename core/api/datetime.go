package api

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// DateTime is a point in time: microseconds since 1970-01-01T00:00:00 UTC.
type DateTime int64

const (
	microsPerSecond = 1_000_000
	secondsPerDay   = 86_400
	minYear         = -262_143
	maxYear         = 262_142
)

// ParseDateTime reads every spelling of a date and time that Qdrant accepts: RFC 3339, the same with
// a space instead of T, with one-digit fields, with "UTC", "+HHMM" or "+HH" as zone, without a zone
// (which means UTC), without seconds, and a date alone. Digits below a microsecond are cut off.
func ParseDateTime(s string) (DateTime, error) {
	if t, ok := LookupDateTime(s); ok {
		return t, nil
	}
	return 0, Errorf(InvalidArgument,
		"'%s' does not match accepted datetime format (RFC3339). Example: 2014-01-01T00:00:00Z", s)
}

// LookupDateTime is ParseDateTime for callers to whom other text is no error; it never allocates.
func LookupDateTime(s string) (DateTime, bool) {
	if first := strings.TrimLeftFunc(s, unicode.IsSpace); first == "" || !strings.ContainsRune("+-0123456789", rune(first[0])) {
		return 0, false
	}
	if t, ok := parseRelaxed(s); ok {
		return t, true
	}
	for _, form := range [...]dateForm{
		{sep: 'T', seconds: true, zone: true}, {sep: ' ', seconds: true, zone: true},
		{sep: 'T', seconds: true}, {sep: ' ', seconds: true},
		{sep: 'T'}, {sep: ' '}, {},
	} {
		if t, ok := form.parse(s); ok {
			return t, true
		}
	}
	return 0, false
}

// String prints the time as RFC 3339 in UTC, with as many groups of three fractional digits as needed.
func (t DateTime) String() string {
	seconds, micros := floorDiv(int64(t), microsPerSecond)
	days, inDay := floorDiv(seconds, secondsPerDay)
	year, month, day := civil(days)
	b := make([]byte, 0, 32)
	switch {
	case year < 0:
		b, year = append(b, '-'), -year
	case year > 9999:
		b = append(b, '+')
	}
	b = appendPadded(b, year, 4)
	b = appendPadded(append(b, '-'), month, 2)
	b = appendPadded(append(b, '-'), day, 2)
	b = appendPadded(append(b, 'T'), inDay/3600, 2)
	b = appendPadded(append(b, ':'), inDay/60%60, 2)
	b = appendPadded(append(b, ':'), inDay%60, 2)
	switch {
	case micros == 0:
	case micros%1000 == 0:
		b = appendPadded(append(b, '.'), micros/1000, 3)
	default:
		b = appendPadded(append(b, '.'), micros, 6)
	}
	return string(append(b, 'Z'))
}

func appendPadded(b []byte, v int64, width int) []byte {
	for limit := int64(10); width > 1; width-- {
		if v < limit {
			for ; width > 1; width-- {
				b = append(b, '0')
			}
			break
		}
		limit *= 10
	}
	return strconv.AppendInt(b, v, 10)
}

func floorDiv(a, b int64) (quotient, rest int64) {
	quotient, rest = a/b, a%b
	if rest < 0 {
		quotient, rest = quotient-1, rest+b
	}
	return quotient, rest
}

// daysOf counts the days from 1970-01-01 to a date of the proleptic Gregorian calendar.
func daysOf(year, month, day int64) int64 {
	if month <= 2 {
		year--
	}
	era, inEra := floorDiv(year, 400)
	inYear := (153*((month+9)%12)+2)/5 + day - 1
	return era*146_097 + inEra*365 + inEra/4 - inEra/100 + inYear - 719_468
}

// civil is the inverse of daysOf.
func civil(days int64) (year, month, day int64) {
	era, inEra := floorDiv(days+719_468, 146_097)
	y := (inEra - inEra/1460 + inEra/36_524 - inEra/146_096) / 365
	inYear := inEra - (365*y + y/4 - y/100)
	m := (5*inYear + 2) / 153
	month = (m+2)%12 + 1
	year = era*400 + y
	if month <= 2 {
		year++
	}
	return year, month, inYear - (153*m+2)/5 + 1
}

func daysInMonth(year, month int64) int64 {
	switch {
	case month == 2 && year%4 == 0 && (year%100 != 0 || year%400 == 0):
		return 29
	case month == 2:
		return 28
	case month == 4, month == 6, month == 9, month == 11:
		return 30
	}
	return 31
}

// dateForm is one strict order of fields: date, separator (0: date alone), time, zone.
type dateForm struct {
	sep           byte
	seconds, zone bool
}

func (f dateForm) parse(s string) (DateTime, bool) {
	p := dateParser{rest: s}
	p.date(false)
	switch f.sep {
	case 0:
	case ' ':
		p.spaces()
		p.clock(f.seconds, false)
	default:
		p.literal(f.sep)
		p.clock(f.seconds, false)
	}
	if f.zone {
		p.spaces()
		p.offset(true)
	}
	return p.result()
}

// parseRelaxed reads RFC 3339 with optional spaces between all fields and with "UTC" as a zone.
func parseRelaxed(s string) (DateTime, bool) {
	p := dateParser{rest: s}
	p.date(true)
	if p.rest == "" || !strings.ContainsRune("tT ", rune(p.rest[0])) {
		return 0, false
	}
	p.rest = p.rest[1:]
	p.clock(true, true)
	p.spaces()
	if len(p.rest) >= 3 && strings.EqualFold(p.rest[:3], "UTC") {
		p.rest = p.rest[3:]
	} else {
		p.offset(false)
	}
	p.spaces()
	return p.result()
}

type dateParser struct {
	rest                 string
	bad                  bool
	year, month, day     int64
	hour, minute, second int64
	nanos, shift         int64
}

func (p *dateParser) result() (DateTime, bool) {
	if p.bad || p.rest != "" || p.year < minYear || p.year > maxYear ||
		p.month < 1 || p.month > 12 || p.day < 1 || p.day > daysInMonth(p.year, p.month) ||
		p.hour > 23 || p.minute > 59 || p.second > 60 || p.shift <= -secondsPerDay || p.shift >= secondsPerDay {
		return 0, false
	}
	if p.second == 60 { // a leap second is the last moment of its minute, before the next one
		p.second, p.nanos = 59, 999_999_999
	}
	seconds := daysOf(p.year, p.month, p.day)*secondsPerDay + p.hour*3600 + p.minute*60 + p.second - p.shift
	return DateTime(seconds*microsPerSecond + p.nanos/1000), true
}

func (p *dateParser) date(spaced bool) {
	p.spaces()
	switch {
	case strings.HasPrefix(p.rest, "-"):
		p.rest = p.rest[1:]
		p.year = -p.digits(18)
	case strings.HasPrefix(p.rest, "+"):
		p.rest = p.rest[1:]
		p.year = p.digits(18)
	default:
		p.year = p.digits(4)
	}
	p.separator('-', spaced)
	p.month = p.number()
	p.separator('-', spaced)
	p.day = p.number()
}

func (p *dateParser) clock(seconds, spaced bool) {
	p.hour = p.number()
	p.separator(':', spaced)
	p.minute = p.number()
	if !seconds {
		return
	}
	p.separator(':', spaced)
	p.second = p.number()
	if strings.HasPrefix(p.rest, ".") {
		p.fraction()
	}
}

func (p *dateParser) fraction() {
	p.rest = p.rest[1:]
	before := len(p.rest)
	p.nanos = p.digits(9)
	for used := before - len(p.rest); used < 9; used++ {
		p.nanos *= 10
	}
	for p.rest != "" && isDigit(p.rest[0]) {
		p.rest = p.rest[1:]
	}
}

// offset reads Z or a signed offset, whose minutes may be missing only when permissive.
func (p *dateParser) offset(permissive bool) {
	sign := int64(1)
	r, size := utf8.DecodeRuneInString(p.rest)
	switch r {
	case 'Z', 'z':
		p.rest = p.rest[1:]
		return
	case '+':
	case '-', '\u2212':
		sign = -1
	default:
		p.bad = true
		return
	}
	p.rest = p.rest[size:]
	hours, ok := p.pair()
	p.rest = strings.TrimLeftFunc(p.rest, func(r rune) bool { return r == ':' || unicode.IsSpace(r) })
	minutes, full := int64(0), true
	if !permissive || p.rest != "" {
		minutes, full = p.pair()
	}
	if !ok || !full || minutes > 59 {
		p.bad = true
		return
	}
	p.shift = sign * (hours*3600 + minutes*60)
}

// pair reads exactly two digits.
func (p *dateParser) pair() (int64, bool) {
	if len(p.rest) < 2 || !isDigit(p.rest[0]) || !isDigit(p.rest[1]) {
		return 0, false
	}
	v := int64(p.rest[0]-'0')*10 + int64(p.rest[1]-'0')
	p.rest = p.rest[2:]
	return v, true
}

func (p *dateParser) separator(c byte, spaced bool) {
	if spaced {
		p.spaces()
	}
	p.literal(c)
}

func (p *dateParser) literal(c byte) {
	if p.rest == "" || p.rest[0] != c {
		p.bad = true
		return
	}
	p.rest = p.rest[1:]
}

func (p *dateParser) spaces() { p.rest = strings.TrimLeftFunc(p.rest, unicode.IsSpace) }

// number reads one or two digits after optional spaces.
func (p *dateParser) number() int64 {
	p.spaces()
	return p.digits(2)
}

func (p *dateParser) digits(most int) int64 {
	v, n := int64(0), 0
	for n < most && n < len(p.rest) && isDigit(p.rest[n]) {
		v = v*10 + int64(p.rest[n]-'0')
		n++
	}
	p.bad = p.bad || n == 0
	p.rest = p.rest[n:]
	return v
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
