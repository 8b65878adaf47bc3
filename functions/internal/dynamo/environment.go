package dynamo

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
)

// tableName follows DynamoDB's naming rules; a table of another account is named
// by its ARN.
var tableName = regexp.MustCompile(`^([A-Za-z0-9_.-]{3,255}|arn:aws[a-z-]*:dynamodb:[A-Za-z0-9-]+:[0-9]{12}:table/[A-Za-z0-9_.-]{3,255})$`)

// FromEnvironment reads the SDK's own variables, as Lambda sets them:
// AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN and,
// where the table is not in AWS, AWS_ENDPOINT_URL_DYNAMODB or AWS_ENDPOINT_URL.
// It returns all errors, joined. Lambda's credentials outlive the process, so
// they are read once.
func FromEnvironment(getenv func(string) string) (Config, error) {
	cfg := Config{
		Table:    getenv("TABLE_NAME"),
		Region:   getenv("AWS_REGION"),
		Endpoint: getenv("AWS_ENDPOINT_URL_DYNAMODB"),
		Credentials: Credentials{
			AccessKeyID:     getenv("AWS_ACCESS_KEY_ID"),
			SecretAccessKey: getenv("AWS_SECRET_ACCESS_KEY"),
			SessionToken:    getenv("AWS_SESSION_TOKEN"),
		},
	}
	if cfg.Endpoint == "" {
		cfg.Endpoint = getenv("AWS_ENDPOINT_URL")
	}
	var problems []error
	for _, name := range []string{"TABLE_NAME", "AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"} {
		if getenv(name) == "" {
			problems = append(problems, fmt.Errorf("%s is missing", name))
		}
	}
	if cfg.Table != "" && !tableName.MatchString(cfg.Table) {
		problems = append(problems, errors.New("TABLE_NAME is not the name of a table"))
	}
	if u, err := url.Parse(cfg.Endpoint); cfg.Endpoint != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
		problems = append(problems, errors.New("AWS_ENDPOINT_URL_DYNAMODB is not an http or https URL"))
	}
	return cfg, errors.Join(problems...)
}

// Open returns the store that the environment names.
func Open(getenv func(string) string) (*Store, error) {
	cfg, err := FromEnvironment(getenv)
	if err != nil {
		return nil, err
	}
	return New(cfg)
}
