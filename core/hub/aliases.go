package hub

import (
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"sort"

	"github.com/qdrant-edge-go/edge/core/api"
)

type aliasItem struct {
	Alias      string `json:"alias_name"`
	Collection string `json:"collection_name"`
}

type aliasAction struct {
	Create *aliasItem `json:"create_alias"`
	Delete *struct {
		Alias string `json:"alias_name"`
	} `json:"delete_alias"`
	Rename *struct {
		Old string `json:"old_alias_name"`
		New string `json:"new_alias_name"`
	} `json:"rename_alias"`
}

func (h *Hub) aliasFile() string { return filepath.Join(h.dir, "aliases.json") }

func (h *Hub) loadAliases() error {
	raw, err := os.ReadFile(h.aliasFile())
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return api.Wrap(api.IO, err, "aliases")
	}
	if err := json.Unmarshal(raw, &h.aliases); err != nil {
		return api.Wrap(api.Corrupt, err, "aliases")
	}
	return nil
}

func (h *Hub) saveAliases() error {
	raw, err := json.Marshal(h.aliases)
	if err != nil {
		return err
	}
	building := h.aliasFile() + ".new"
	if err := os.WriteFile(building, raw, 0o644); err != nil {
		return err
	}
	return os.Rename(building, h.aliasFile())
}

// changeAliases applies the actions of one call, all or none.
func (h *Hub) changeAliases(r *http.Request) ([]byte, error) {
	raw, err := readBody(r)
	if err != nil {
		return nil, err
	}
	var body struct {
		Actions []aliasAction `json:"actions"`
	}
	if err := json.Unmarshal(raw, &body); err != nil {
		return nil, badBody(err)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	next := map[string]string{}
	for alias, target := range h.aliases {
		next[alias] = target
	}
	for _, a := range body.Actions {
		if err := h.applyAlias(next, a); err != nil {
			return nil, err
		}
	}
	h.aliases = next
	return []byte("true"), h.saveAliases()
}

func (h *Hub) applyAlias(aliases map[string]string, a aliasAction) error {
	switch {
	case a.Create != nil:
		if _, ok := h.collections[a.Create.Collection]; !ok {
			return failf(http.StatusNotFound, "Not found: Collection `%s` doesn't exist!", a.Create.Collection)
		}
		if _, ok := h.collections[a.Create.Alias]; ok {
			return failf(http.StatusConflict, "Wrong input: Collection `%s` already exists!", a.Create.Alias)
		}
		aliases[a.Create.Alias] = a.Create.Collection
	case a.Delete != nil:
		delete(aliases, a.Delete.Alias)
	case a.Rename != nil:
		target, ok := aliases[a.Rename.Old]
		if !ok {
			return failf(http.StatusNotFound, "Not found: Alias %s does not exists!", a.Rename.Old)
		}
		delete(aliases, a.Rename.Old)
		aliases[a.Rename.New] = target
	default:
		return badBody(errors.New("an alias action is one of create_alias, delete_alias, rename_alias"))
	}
	return nil
}

func (h *Hub) allAliases(*http.Request) ([]byte, error) {
	return h.aliasList(func(string) bool { return true })
}

func (h *Hub) aliasesOf(r *http.Request) ([]byte, error) {
	if _, err := h.lookup(r.PathValue("c")); err != nil {
		return nil, err
	}
	return h.aliasList(func(target string) bool { return target == r.PathValue("c") })
}

func (h *Hub) aliasList(want func(target string) bool) ([]byte, error) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	items := []aliasItem{}
	for alias, target := range h.aliases {
		if want(target) {
			items = append(items, aliasItem{alias, target})
		}
	}
	sort.Slice(items, func(i, j int) bool { return items[i].Alias < items[j].Alias })
	return json.Marshal(map[string]any{"aliases": items})
}
