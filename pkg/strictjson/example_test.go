package strictjson_test

import (
	"errors"
	"fmt"

	"example.com/securedpets/pkg/strictjson"
)

func ExampleParse() {
	v, err := strictjson.Parse([]byte(`{"petId": 1, "PETID": 2, "price": 4.90}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	order, _ := v.(map[string]any)
	fmt.Println(order["petId"], order["price"])

	_, err = strictjson.Parse([]byte(`{"petId": 1, "pet\u0049d": 2}`))
	fmt.Println(errors.Is(err, strictjson.ErrDuplicate))
	// Output:
	// 1 4.90
	// true
}

func ExampleScan() {
	doc := []byte(`{"sub": "ann", "scp": ["read:pets", "write:pets"]}`)
	var room [16]strictjson.Member
	members, err := strictjson.Scan(doc, room[:0])
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, m := range members {
		fmt.Println(strictjson.Text(doc, m.Name))
		each := strictjson.Each(doc, m.Value)
		for v, ok := each.Next(); ok; v, ok = each.Next() {
			fmt.Println(" ", strictjson.Text(doc, v))
		}
	}
	// Output:
	// sub
	// scp
	//   read:pets
	//   write:pets
}
