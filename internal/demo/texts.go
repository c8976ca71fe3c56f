package demo

import (
	"math/rand/v2"
	"strings"
)

// texts are the open answers, in decks by field (and tone or role): a sentence comes again only when its deck is used up
// and has been shuffled anew.
type texts struct {
	*rand.Rand
	decks map[string]*deck
}

type deck struct {
	cards []string
	next  int
}

// readTexts reads texts/*.txt: lines "field|kind|text", "field|text" or "text"; "#" begins a comment.
func readTexts(rng *rand.Rand) (texts, error) {
	t := texts{rng, map[string]*deck{}}
	for _, name := range []string{"suggestions", "quotes", "summaries", "limits", "others"} {
		data, err := files.ReadFile("texts/" + name + ".txt")
		if err != nil {
			return t, err
		}
		for line := range strings.Lines(string(data)) {
			line = strings.TrimSpace(line)
			if line == "" || line[0] == '#' {
				continue
			}
			key, text := name, line
			if i := strings.LastIndexByte(line, '|'); i >= 0 {
				key, text = name+"|"+line[:i], line[i+1:]
			}
			if t.decks[key] == nil {
				t.decks[key] = &deck{}
			}
			t.decks[key].cards = append(t.decks[key].cards, text)
		}
	}
	return t, nil
}

// take gives the next sentence of a deck.
func (t texts) take(key ...string) string {
	d := t.decks[strings.Join(key, "|")]
	if d.next == 0 {
		t.Shuffle(len(d.cards), func(i, j int) { d.cards[i], d.cards[j] = d.cards[j], d.cards[i] })
	}
	text := d.cards[d.next]
	d.next = (d.next + 1) % len(d.cards)
	return text
}

// has tells whether there is such a deck.
func (t texts) has(key ...string) bool { return t.decks[strings.Join(key, "|")] != nil }
