package main

import (
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"

	"example.com/securedpets/functions/contract"
	"example.com/securedpets/functions/internal/dynamo"
	"example.com/securedpets/functions/internal/dynamo/dynamotest"
	ft "example.com/securedpets/functions/internal/functiontest"
	"example.com/securedpets/functions/internal/pets"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

var large = flag.Bool("large", false, "measure the costs with 20,000 pets too")

// A till is the three programs of the shop, and a network that meters them.
type till struct {
	*dynamotest.Meter
	t                      *testing.T
	c                      *crowd
	getter, updater, buyer *ft.Process
	admin                  ft.Edit
}

// programs are compiled once for all catalogs.
type programs struct{ getter, updater, buyer string }

func openTill(t *testing.T, c *crowd, table *dynamotest.Table, p programs) *till {
	t.Helper()
	meter := &dynamotest.Meter{}
	env := []map[string]string{ft.Identity(c.issuer), table.Environment(), dynamotest.Proxy(t, meter)}
	return &till{
		Meter: meter, t: t, c: c,
		getter: ft.Start(t, p.getter, env...), updater: ft.Start(t, p.updater, env...), buyer: ft.Start(t, p.buyer, env...),
		admin: ft.Bearer(c.issuer.Token(jwtauthtest.Scopes(contract.ScopeUpdatePets))),
	}
}

// charge returns the bill of one request, which must get the status.
func (l *till) charge(p *ft.Process, status int, fixture string, edits ...ft.Edit) (bill dynamotest.Bill, etag string) {
	l.t.Helper()
	bill = l.Bill(l.t, func() error {
		resp, ok := p.Call(l.t, ft.Event(l.t, fixture, edits...))
		if !ok || resp.StatusCode != status {
			return fmt.Errorf("%s: %d %.200s, want %d", fixture, resp.StatusCode, resp.Body, status)
		}
		etag = resp.Headers["etag"]
		return nil
	})
	return bill, etag
}

// The rows of the table.
const (
	coldList      = "GET, anonymous, cold"
	warmList      = "GET, anonymous, warm, unchanged"
	notModified   = "GET, If-None-Match that matches"
	adminList     = "GET, administrator"
	secondPage    = "GET, second page"
	buyMinimal    = "purchase, minimal"
	buyMinimalKey = "purchase, minimal, with a key"
	buyFull       = "purchase"
	buyFullKey    = "purchase with a key"
	buyFar        = "purchase of the last pet"
	replayed      = "purchase, replayed"
	refused       = "purchase, not available"
	changed       = "purchase, another price expected"
	updateNothing = "update, no change"
	updateOne     = "update of one pet"
	updateAgain   = "update that adds a number again"
)

var rows = []string{
	coldList, warmList, notModified, adminList, secondPage,
	buyMinimal, buyMinimalKey, buyFull, buyFullKey, buyFar, replayed, refused, changed,
	updateNothing, updateOne, updateAgain,
}

// costs returns the bill of every request on the catalog.
func (l *till) costs(stock []pets.Pet) map[string]dynamotest.Bill {
	const list, purchase, update = "../../get-pet-info/testdata/anonymous", "purchase", "../../update-pet-info/testdata/update"
	bills := map[string]dynamotest.Bill{}
	var tag string
	pet := func(id int64) ft.Edit { return ft.Body(fmt.Sprintf(`{"petId":%d}`, id)) }
	minimal, ann := ft.Header("prefer", "return=minimal"), l.c.tokens[0]

	bills[coldList], tag = l.charge(l.getter, 200, list)
	bills[warmList], _ = l.charge(l.getter, 200, list)
	bills[notModified], _ = l.charge(l.getter, 304, list, ft.Header("if-none-match", tag))
	bills[adminList], _ = l.charge(l.getter, 200, list, l.admin)
	bills[secondPage], _ = l.charge(l.getter, 200, list, ft.Query("cursor=1000"))
	bills[buyMinimal], _ = l.charge(l.buyer, 200, purchase, ann, minimal, pet(1))
	bills[buyMinimalKey], _ = l.charge(l.buyer, 200, purchase, ann, minimal, key("k1"), pet(2))
	bills[buyFull], _ = l.charge(l.buyer, 200, purchase, ann, pet(3))
	bills[buyFullKey], _ = l.charge(l.buyer, 200, purchase, ann, key("k2"), pet(4))
	bills[replayed], _ = l.charge(l.buyer, 200, purchase, ann, key("k2"), pet(4))
	bills[refused], _ = l.charge(l.buyer, 409, purchase, ann, pet(4))
	bills[changed], _ = l.charge(l.buyer, 412, purchase, ann, ft.Body(`{"petId":5,"expect":{"price":1}}`))
	bills[buyFar], _ = l.charge(l.buyer, 200, purchase, ann, pet(int64(len(stock))))

	bills[updateNothing], _ = l.charge(l.updater, 200, update, l.admin, packed(l.t, stock))
	stock[5].Price++
	bills[updateOne], _ = l.charge(l.updater, 200, update, l.admin, packed(l.t, stock))
	l.charge(l.updater, 200, update, l.admin, packed(l.t, stock[1:]))
	bills[updateAgain], _ = l.charge(l.updater, 200, update, l.admin, packed(l.t, stock))
	return bills
}

// sellOut fills the table with pets that are sold but for the first ten and the
// last. Those of the first page have their sales, which some views read.
func sellOut(t *testing.T, store *dynamo.Store, stock []pets.Pet, sold bool) {
	t.Helper()
	other := pets.Buyer{Subject: "google|other", Email: "other@example.com"}
	list := slices.Clone(stock)
	for i := pets.MaxPage; sold && i < len(list)-1; i++ {
		list[i].Buyer = pets.TagOf(other.Subject)
	}
	state := pets.State{UpdateID: "u", LastID: int64(len(list))}
	for batch := range slices.Chunk(list, pets.MaxBatch) {
		state.Version++
		state.Pets += int64(len(batch))
		var changes []pets.Change
		for _, p := range batch {
			changes = append(changes, pets.Change{Kind: pets.Add, Pet: p})
		}
		if err := store.Modify(t.Context(), state, changes); err != nil {
			t.Fatal(err)
		}
	}
	for i := 10; sold && i < min(len(list), pets.MaxPage)-1; i++ {
		sale := pets.Sale{PurchaseID: fmt.Sprint("p", i), PetID: list[i].ID, Type: list[i].Type, Price: list[i].Price, Buyer: other}
		if _, err := store.Sell(t.Context(), sale, nil); err != nil {
			t.Fatal(err)
		}
	}
}

func TestCost(t *testing.T) {
	dynamotest.Need(t)
	c := newCrowd(t)
	p := programs{ft.Compile(t, "../get-pet-info"), ft.Compile(t, "../update-pet-info"), ft.Compile(t, ".")}
	sizes := []int{10, 1000}
	if *large {
		sizes = append(sizes, 20000)
	}
	all := map[catalogKind]map[string]dynamotest.Bill{}
	var kinds []catalogKind
	for _, sold := range []bool{false, true} {
		for _, n := range sizes {
			kind := catalogKind{n, sold}
			table, stock := dynamotest.NewTable(t), kennel(n)
			sellOut(t, table.Store(t, nil), stock, sold)
			kinds, all[kind] = append(kinds, kind), openTill(t, c, table, p).costs(stock)
		}
	}
	for _, kind := range kinds {
		checkCosts(t, kind.String(), all[kind], all[catalogKind{1000, kind.sold}])
	}
	t.Log(costTable(kinds, all))
	t.Log(ceilings)
}

const ceilings = `Ceilings. A partition serves 1,000 write units and 3,000 read units a second. A sale writes 2 units to each
of the partitions default, sale and state: 500 sales a second. A GET of an unchanged list reads 1 unit of state:
3,000 a second. A change of the catalog writes 2 units. Idempotency keys have a partition each.`

// A catalogKind is one column of the table.
type catalogKind struct {
	size int
	sold bool
}

func (k catalogKind) String() string {
	if k.sold {
		return fmt.Sprint(k.size, " sold")
	}
	return fmt.Sprint(k.size, " pets")
}

// costTable prints read and write units for each request and catalog.
func costTable(kinds []catalogKind, all map[catalogKind]map[string]dynamotest.Bill) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Read/write units\n%-32s", "")
	for _, kind := range kinds {
		fmt.Fprintf(&b, "%12s", kind)
	}
	for _, row := range rows {
		fmt.Fprintf(&b, "\n%-32s", row)
		for _, kind := range kinds {
			bill := all[kind][row]
			fmt.Fprintf(&b, "%12s", fmt.Sprintf("%g/%g", bill.Read, bill.Write))
		}
	}
	return b.String()
}

// checkCosts compares with what the design promises for 1,000 pets. No bill but
// an update's grows with the catalog.
func checkCosts(t *testing.T, name string, bills, thousand map[string]dynamotest.Bill) {
	t.Helper()
	for row, most := range map[string]dynamotest.Bill{
		warmList:      {Calls: 1, Read: 1},
		notModified:   {Calls: 1, Read: 1},
		coldList:      {Calls: 2, Read: 25},
		buyMinimal:    {Calls: 2, Read: 2, Write: 6},
		buyMinimalKey: {Calls: 4, Read: 2, Write: 9},
		buyFull:       {Calls: 5, Read: thousand[coldList].Read + 4, Write: 6},
		buyFar:        {Calls: 5, Read: thousand[coldList].Read + 30, Write: 6},
		buyFullKey:    {Calls: 7, Read: thousand[coldList].Read + 5, Write: 8 + 10},
		replayed:      {Calls: 1, Read: 5},
		refused:       {Calls: 1, Read: 1},
		changed:       {Calls: 1, Read: 1},
	} {
		if b := bills[row]; b.Calls > most.Calls || b.Read > most.Read || b.Write > most.Write {
			t.Errorf("%s: %s costs %v, want at most %v", name, row, b, most)
		}
	}
	if b := bills[updateOne]; b.Write != thousand[updateOne].Write {
		t.Errorf("%s: %s writes %v, want %v", name, updateOne, b.Write, thousand[updateOne].Write)
	}
}
