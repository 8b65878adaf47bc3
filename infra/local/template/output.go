package template

func (b *builder) readOutputs() {
	b.stack.Outputs, b.stack.Exports = map[string]string{}, map[string]string{}
	for _, id := range sorted(b.resolver.doc.Outputs) {
		of, where := b.resolver.doc.Outputs[id], "output "+id
		created, err := b.resolver.exists(of.Condition)
		if err != nil {
			b.add(where, err)
		}
		if !created {
			continue
		}
		value, err := b.resolver.text(of.Value)
		if err != nil {
			b.add(where, err)
		}
		b.stack.Outputs[id] = value
		if of.Export == nil {
			continue
		}
		name, err := b.resolver.text(of.Export["Name"])
		if err != nil {
			b.add(where+" Export", err)
		}
		b.stack.Exports[name] = value
	}
}
