package text

// multilingual cuts text by its scripts and language.
func (p *process) multilingual(text string) {
	p.words(text, p.token)
}
