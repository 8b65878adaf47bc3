package template

import (
	"slices"
	"strings"
	"time"
)

// PackageMetadata is the name of the metadata that holds the Go package of a function's binary: the
// template's own asset is built for AWS's processors.
const PackageMetadata = "local:goPackage"

const (
	functionType = "AWS::Lambda::Function"
	// Lambda's defaults and limits.
	defaultFunctionTimeout, longestFunctionTimeout = 3, 900
	defaultMemory, leastMemory, mostMemory         = 128, 128, 10240
)

// readFunctions reads the functions that name their Go package. Others (the provider functions that
// CDK adds for custom resources) are not part of the product; a route to one is an error.
func (b *builder) readFunctions() {
	b.each(functionType, func(id string, p *properties) {
		if _, named := b.resolver.doc.Resources[id].Metadata[PackageMetadata]; named {
			b.stack.Functions = append(b.stack.Functions, b.function(id, p))
		}
	})
	names := map[string]string{}
	for _, f := range b.stack.Functions {
		if other, taken := names[f.Name]; taken {
			b.problem(f.LogicalID, ErrInvalid, "FunctionName %q is also the name of %s", f.Name, other)
		}
		names[f.Name] = f.LogicalID
	}
}

func (b *builder) function(id string, p *properties) Function {
	source, ok := b.resolver.doc.Resources[id].Metadata[PackageMetadata].(string)
	if !ok || !strings.HasPrefix(source, "./") || strings.Contains(source, "..") {
		b.problem(id+" Metadata."+PackageMetadata, ErrInvalid, "a folder such as ./functions/name was expected")
	}
	f := Function{
		LogicalID: id, Package: source,
		Name: b.reference(id, "Ref"), ARN: b.reference(id, "Arn"),
		Handler:     p.text("Handler", "bootstrap"),
		Timeout:     time.Duration(orInt(p.integer("Timeout", 1, longestFunctionTimeout), defaultFunctionTimeout)) * time.Second,
		Memory:      orInt(p.integer("MemorySize", leastMemory, mostMemory), defaultMemory),
		Concurrency: p.integer("ReservedConcurrentExecutions", 0, 1<<20),
	}
	if runtime := p.text("Runtime", ""); runtime != "provided.al2023" && runtime != "provided.al2" {
		p.problem("Runtime", ErrNotServed, "only programs of the OS-only runtimes are run, not %q", runtime)
	}
	b.environment(p, &f)
	b.logging(p, &f)
	p.ignored("Architectures", "Code", "DeadLetterConfig", "Description", "EphemeralStorage", "FunctionName", "KmsKeyArn",
		"RecursiveLoop", "Role", "RuntimeManagementConfig", "SnapStart", "Tags", "TracingConfig", "VpcConfig")
	p.done()
	return f
}

func (b *builder) environment(p *properties, f *Function) {
	f.Environment = map[string]string{}
	section := p.object("Environment")
	if section == nil {
		return
	}
	if variables := section.textMap("Variables"); variables != nil {
		f.Environment = variables
	}
	section.done()
	for _, name := range sorted(f.Environment) {
		if reserved(name) {
			b.problem(f.LogicalID+" Environment.Variables."+name, ErrInvalid, "the name is reserved by Lambda")
		}
	}
}

// reserved reports whether Lambda refuses to set a name.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
func reserved(name string) bool {
	return strings.HasPrefix(name, "AWS_LAMBDA_") || slices.Contains([]string{
		"_HANDLER", "_X_AMZN_TRACE_ID", "AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_DEFAULT_REGION", "AWS_EXECUTION_ENV",
		"AWS_REGION", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "LAMBDA_RUNTIME_DIR", "LAMBDA_TASK_ROOT",
	}, name)
}

func (b *builder) logging(p *properties, f *Function) {
	f.LogGroup, f.LogFormat = "/aws/lambda/"+f.Name, "Text"
	section := p.object("LoggingConfig")
	if section == nil {
		return
	}
	f.LogGroup = section.text("LogGroup", f.LogGroup)
	f.LogFormat = section.text("LogFormat", f.LogFormat)
	f.LogLevel = section.text("ApplicationLogLevel", "")
	section.ignored("SystemLogLevel")
	section.done()
}

func orInt(value *int, otherwise int) int {
	if value == nil {
		return otherwise
	}
	return *value
}
