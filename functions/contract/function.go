package contract

import "slices"

// A Function is one Lambda function.
type Function struct {
	ID     string // name in the stack, "GetPetInfo"
	Folder string // below functions/ and dist/lambda/, "get-pet-info"
	Memory int    // MiB; processor time grows with it

	Settings []string // environment variables that the stack sets
	Table    Access   // of the table; the zero Access is none
}

// Access is what a function may do with the table.
type Access struct {
	Actions    []string // of IAM, without their prefix "dynamodb:"; a transaction needs those of its parts
	Partitions []string // partition keys; a trailing * stands for any suffix
	Readable   []string // more partition keys, for the action Query alone
}

var (
	logSettings   = []string{SettingLogLevel}
	traceSettings = []string{SettingTraceEndpoint, SettingTraceService}
	tokenSettings = []string{SettingIssuer, SettingAudience, SettingJWKSURL}
	tableSettings = []string{SettingTableName}
	buyerSettings = []string{SettingClientID, SettingEmailClaim}
)

// The functions of the API, and the Lambda authorizer for APIs that need one.
var (
	GetPetInfo = Function{
		ID: "GetPetInfo", Folder: "get-pet-info", Memory: 256,
		Settings: slices.Concat(logSettings, traceSettings, tokenSettings, tableSettings),
		Table: Access{
			Actions:    []string{"GetItem", "Query"},
			Partitions: []string{CatalogPartition, SalePartition, StatePartition},
		},
	}
	UpdatePetInfo = Function{
		ID: "UpdatePetInfo", Folder: "update-pet-info", Memory: 256,
		Settings: slices.Concat(logSettings, traceSettings, tokenSettings, tableSettings),
		Table: Access{
			Actions:    []string{"DeleteItem", "GetItem", "PutItem", "Query", "UpdateItem"},
			Partitions: []string{CatalogPartition, StatePartition},
			Readable:   []string{SalePartition},
		},
	}
	PetPurchase = Function{
		ID: "PetPurchase", Folder: "pet-purchase", Memory: 256,
		Settings: slices.Concat(logSettings, traceSettings, tokenSettings, tableSettings, buyerSettings),
		Table: Access{
			Actions:    []string{"GetItem", "PutItem", "Query", "UpdateItem"},
			Partitions: []string{CatalogPartition, IdempotencyPrefix + "*", SalePartition, StatePartition},
		},
	}
	GetUnicorn = Function{
		ID: "GetUnicorn", Folder: "get-unicorn", Memory: 256,
		Settings: slices.Concat(logSettings, traceSettings, tokenSettings),
	}
	ListAllUnicorns = Function{
		ID: "ListAllUnicorns", Folder: "list-all-unicorns", Memory: 256,
		Settings: slices.Concat(logSettings, traceSettings, tokenSettings),
	}
	NoOp = Function{
		ID: "NoOp", Folder: "no-op", Memory: 128,
		Settings: slices.Concat(logSettings, traceSettings),
	}

	Authorizer = Function{
		ID: "Authorizer", Folder: "authorizer", Memory: 256,
		Settings: slices.Concat(logSettings, tokenSettings),
	}
)

// Functions returns the functions behind the routes, in the order of the routes.
func Functions() []Function {
	var list []Function
	seen := map[string]bool{}
	for _, r := range Routes() {
		if !seen[r.Function.ID] {
			seen[r.Function.ID] = true
			list = append(list, r.Function)
		}
	}
	return list
}
