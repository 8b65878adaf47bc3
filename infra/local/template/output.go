package template

func (b *builder) readOutputs() {
	b.stack.Outputs = map[string]string{}
	for _, name := range sorted(b.resolver.doc.Outputs) {
		of := b.resolver.doc.Outputs[name]
		created, err := b.resolver.exists(of.Condition)
		if err != nil {
			b.add("output "+name, err)
		}
		if !created {
			continue
		}
		value, err := b.resolver.text(of.Value)
		if err != nil {
			b.add("output "+name, err)
		}
		b.stack.Outputs[name] = value
	}
}
