package dynamotest

import (
	"encoding/json"
	"iter"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"example.com/securedpets/functions/contract"
)

// Attributes of an item, as the SDK has them.
type Attributes = map[string]types.AttributeValue

// Sales maps each number that was sold to the purchase that bought it.
func (table *Table) Sales(t testing.TB) map[int64]string {
	t.Helper()
	sales := map[int64]string{}
	for it := range table.items(t) {
		partition, _ := it[contract.PartitionKey].(*types.AttributeValueMemberS)
		pet, _ := it[contract.SortKey].(*types.AttributeValueMemberN)
		purchase, _ := it["purchaseId"].(*types.AttributeValueMemberS)
		if partition.Value == contract.SalePartition {
			n, err := strconv.ParseInt(pet.Value, 10, 64)
			if err != nil || purchase == nil {
				t.Fatalf("sale %s: %v", pet.Value, err)
			}
			sales[n] = purchase.Value
		}
	}
	return sales
}

func (table *Table) items(t testing.TB) iter.Seq[Attributes] {
	t.Helper()
	pages := dynamodb.NewScanPaginator(table.Client, &dynamodb.ScanInput{TableName: &table.Name, ConsistentRead: aws.Bool(true)})
	return func(yield func(Attributes) bool) {
		for pages.HasMorePages() {
			page, err := pages.NextPage(t.Context())
			if err != nil {
				t.Fatalf("scan: %v", err)
			}
			for _, it := range page.Items {
				if !yield(it) {
					return
				}
			}
		}
	}
}

// Dump writes down every item, to compare.
func (table *Table) Dump(t testing.TB) string {
	t.Helper()
	var lines []string
	for it := range table.items(t) {
		line, err := json.Marshal(it) // sorts the names
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, string(line))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// Put replaces an item by one that the store may not have written.
func (table *Table) Put(t testing.TB, partition string, petID int64, attributes Attributes) {
	t.Helper()
	it := Attributes{
		contract.PartitionKey: &types.AttributeValueMemberS{Value: partition},
		contract.SortKey:      &types.AttributeValueMemberN{Value: strconv.FormatInt(petID, 10)},
	}
	for name, value := range attributes {
		it[name] = value
	}
	if _, err := table.Client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &table.Name, Item: it}); err != nil {
		t.Fatal(err)
	}
}

// NewEarlierTable creates a table that is filled as an earlier version of the
// store did: pets 1 and 2, of which 2 is sold.
func NewEarlierTable(t testing.TB) *Table {
	t.Helper()
	s := func(v string) types.AttributeValue { return &types.AttributeValueMemberS{Value: v} }
	n := func(v string) types.AttributeValue { return &types.AttributeValueMemberN{Value: v} }
	table := NewTable(t)
	table.Put(t, contract.CatalogPartition, 0, Attributes{"version": n("3")})
	table.Put(t, contract.CatalogPartition, 1, Attributes{"type": s("dog"), "price": n("249.99")})
	table.Put(t, contract.CatalogPartition, 2, Attributes{
		"type": s("cat"), "price": n("124.99"), "isSold": &types.AttributeValueMemberBOOL{Value: true},
		"soldTo": s("ann@example.com"), "soldToSub": s("google|1"), "soldAt": s("2026-11-20T10:00:00Z"), "purchaseId": s("p1"),
	})
	return table
}
