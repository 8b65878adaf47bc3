package template

import "regexp"

func (b *builder) stage(id string, p *properties) Stage {
	p.ignored("ApiId", "Description", "Tags")
	stage := Stage{LogicalID: id, Name: p.required("StageName"), Variables: p.textMap("StageVariables")}
	if !stageName.MatchString(stage.Name) && stage.Name != "" {
		p.problem("StageName", ErrInvalid, "$default, or letters, digits, - and _ were expected")
	}
	if !p.flag("AutoDeploy") {
		p.problem("AutoDeploy", ErrNotServed, "a stage that is deployed by hand serves a snapshot that the template does not show")
	}
	const mostVariables = 100
	if len(stage.Variables) > mostVariables {
		p.problem("StageVariables", ErrInvalid, "at most %d variables were expected", mostVariables)
	}
	if section := p.object("DefaultRouteSettings"); section != nil {
		stage.Throttle = readThrottle(section)
	}
	stage.RouteThrottle = readRouteSettings(p)
	if section := p.object("AccessLogSettings"); section != nil {
		section.required("DestinationArn")
		stage.AccessLog = section.required("Format")
		section.done()
	}
	const longestFormat = 3 << 10
	if len(stage.AccessLog) > longestFormat {
		p.problem("AccessLogSettings.Format", ErrInvalid, "it is longer than 3 KB")
	}
	p.done()
	return stage
}

var stageName = regexp.MustCompile(`^(\$default|[A-Za-z0-9_-]{1,128})$`)

func readRouteSettings(p *properties) map[string]Throttle {
	section := p.object("RouteSettings")
	if section == nil {
		return nil
	}
	settings := make(map[string]Throttle, len(section.values))
	for _, key := range sorted(section.values) {
		if route := section.object(key); route != nil {
			settings[key] = readThrottle(route)
		}
	}
	return settings
}

func readThrottle(p *properties) Throttle {
	const most = 1 << 30
	throttle := Throttle{Burst: p.integer("ThrottlingBurstLimit", 0, most), Rate: p.number("ThrottlingRateLimit", 0, most)}
	p.ignored("DetailedMetricsEnabled", "DataTraceEnabled", "LoggingLevel")
	p.done()
	return throttle
}
