package template

import (
	"encoding/json"
	"strconv"
)

func (b *builder) readTables() {
	b.each("AWS::DynamoDB::Table", func(id string, p *properties) { b.table(id, p, singleTable) })
	b.each("AWS::DynamoDB::GlobalTable", func(id string, p *properties) { b.table(id, p, globalTable) })
}

// table builds the operations that create a table. What protects or observes data in AWS (backups,
// encryption, replicas, tags, insights) does not change a response.
func (b *builder) table(id string, p *properties, readKind func(p *properties, create map[string]any)) {
	t := Table{LogicalID: id, Name: b.reference(id, "Ref")}
	create := map[string]any{"TableName": t.Name, "BillingMode": p.text("BillingMode", "PROVISIONED")}
	for _, name := range []string{"AttributeDefinitions", "KeySchema"} {
		value, found := p.value(name)
		if !found {
			p.problem(name, ErrInvalid, "it is required")
		}
		create[name] = value
	}
	if indexes, found := p.value("LocalSecondaryIndexes"); found {
		create["LocalSecondaryIndexes"] = indexes
	}
	readStream(p, create)
	readKind(p, create)
	t.UpdateTimeToLive = b.timeToLive(p, t.Name)
	t.CreateTable = b.operation(p, create)
	p.ignored("TableName", "PointInTimeRecoverySpecification", "DeletionProtectionEnabled", "SSESpecification",
		"ContributorInsightsSpecification", "TableClass", "Tags", "ResourcePolicy", "WarmThroughput")
	p.done()
	b.stack.Tables = append(b.stack.Tables, t)
}

func (b *builder) operation(p *properties, input map[string]any) json.RawMessage {
	text, err := json.Marshal(input)
	if err != nil {
		b.problem(p.where, ErrInvalid, "%v", err)
	}
	return text
}

func readStream(p *properties, create map[string]any) {
	section := p.object("StreamSpecification")
	if section == nil {
		return
	}
	create["StreamSpecification"] = map[string]any{"StreamEnabled": true, "StreamViewType": section.required("StreamViewType")}
	section.ignored("ResourcePolicy")
	section.done()
}

// singleTable reads what only AWS::DynamoDB::Table has.
func singleTable(p *properties, create map[string]any) {
	if throughput, found := p.value("ProvisionedThroughput"); found {
		create["ProvisionedThroughput"] = capacity(throughput)
	}
	indexes, found := p.value("GlobalSecondaryIndexes")
	if !found {
		return
	}
	list, ok := indexes.([]any)
	if !ok {
		p.problem("GlobalSecondaryIndexes", ErrInvalid, "a list was expected")
	}
	for _, element := range list {
		if index, isObject := element.(map[string]any); isObject {
			index["ProvisionedThroughput"] = capacity(index["ProvisionedThroughput"])
		}
	}
	create["GlobalSecondaryIndexes"] = indexesFor(list)
}

// globalTable reads what only AWS::DynamoDB::GlobalTable has. Only this region's replica is served,
// without auto-scaled capacity.
func globalTable(p *properties, create map[string]any) {
	p.ignored("Replicas", "GlobalTableWitnesses", "MultiRegionConsistency", "WriteOnDemandThroughputSettings", "ReadOnDemandThroughputSettings")
	if create["BillingMode"] != "PAY_PER_REQUEST" {
		p.problem("BillingMode", ErrNotServed, "a global table with provisioned capacity; PAY_PER_REQUEST is served")
	}
	if indexes, found := p.value("GlobalSecondaryIndexes"); found {
		list, ok := indexes.([]any)
		if !ok {
			p.problem("GlobalSecondaryIndexes", ErrInvalid, "a list was expected")
		}
		create["GlobalSecondaryIndexes"] = indexesFor(list)
	}
}

// indexesFor keeps the members that CreateTable accepts.
func indexesFor(list []any) []any {
	indexes := make([]any, 0, len(list))
	for _, element := range list {
		given, _ := element.(map[string]any)
		index := map[string]any{}
		for _, name := range []string{"IndexName", "KeySchema", "Projection", "ProvisionedThroughput"} {
			if value, found := given[name]; found && value != nil {
				index[name] = value
			}
		}
		indexes = append(indexes, index)
	}
	return indexes
}

// capacity turns the numbers of a throughput into JSON numbers: templates may hold them as text.
func capacity(throughput any) any {
	given, ok := throughput.(map[string]any)
	if !ok {
		return nil
	}
	numbers := make(map[string]any, len(given))
	for name, value := range given {
		text, _ := scalarText(value)
		if _, err := strconv.Atoi(text); err == nil {
			numbers[name] = json.Number(text)
			continue
		}
		numbers[name] = value
	}
	return numbers
}

func (b *builder) timeToLive(p *properties, table string) json.RawMessage {
	section := p.object("TimeToLiveSpecification")
	if section == nil || !section.flag("Enabled") {
		return nil
	}
	specification := map[string]any{"Enabled": true, "AttributeName": section.required("AttributeName")}
	section.done()
	return b.operation(p, map[string]any{"TableName": table, "TimeToLiveSpecification": specification})
}
