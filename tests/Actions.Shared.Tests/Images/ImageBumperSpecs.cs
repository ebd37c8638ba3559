using Actions.Shared.Findings;
using Actions.Shared.Images;
using Actions.Shared.Manifests;
using static Actions.Shared.Tests.Images.Bump;

namespace Actions.Shared.Tests.Images;

/// <summary>Images of containers: what is set, what survives, what is refused.</summary>
public sealed class ImageBumperSpecs
{
    [Theory]
    [InlineData("image: team/app:1.0", "team/app:1.1", "image: team/app:1.1")]
    [InlineData("image: team/app", "team/app:1.1", "image: team/app:1.1")]
    [InlineData("image: localhost:5000/app", "localhost:5000/app:2", "image: localhost:5000/app:2")]
    [InlineData("image: localhost:5000/app:1", "localhost:5000/app:2", "image: localhost:5000/app:2")]
    [InlineData("image: team/app:latest", "team/app:1", "image: team/app:1")]
    [InlineData("image: nginx:1", "docker.io/library/nginx:2", "image: nginx:2")]
    [InlineData("image: docker.io/library/nginx:1", "nginx:2", "image: docker.io/library/nginx:2")]
    [InlineData("image: index.docker.io/nginx:1", "nginx:2", "image: index.docker.io/nginx:2")]
    [InlineData("image: Registry.Example.com/app:1", "registry.example.com/app:2", "image: Registry.Example.com/app:2")]
    [InlineData("image: registry.example.com/app:1", "Registry.Example.com/app:2", "image: registry.example.com/app:2")]
    [InlineData("image: '[::1]:5000/app:1'", "[::1]:5000/app:2", "image: '[::1]:5000/app:2'")]
    [InlineData("image: app:1", "app=[::1]:5000/app:2", "image: \"[::1]:5000/app:2\"")]
    [InlineData("image: app:1", "app=ghcr.io/team/app:2", "image: ghcr.io/team/app:2")]
    [InlineData("image: app:1@" + Digest, "app=ghcr.io/team/app", "image: ghcr.io/team/app:1@" + Digest)]
    [InlineData("image: app:1@" + Digest, "app:2", "image: app:2")]
    [InlineData("image: app@" + Digest, "app:2", "image: app:2")]
    [InlineData("image: app:1@" + Digest, "app:2@" + Other, "image: app:2@" + Other)]
    [InlineData("image: app:1", "app@" + Other, "image: app@" + Other)]
    [InlineData("image: app@" + Digest, "app@" + Other, "image: app@" + Other)]
    [InlineData("image: 12:29", "12:30", "image: \"12:30\"")]
    public void Sets_tag_digest_or_both(string image, string change, string expected) => Line(image, change).ShouldBe(expected);

    [Theory]
    [InlineData("image: \"app:1\"", "image: \"app:2\"")]
    [InlineData("image: 'app:1'", "image: 'app:2'")]
    [InlineData("\"image\": app:1", "\"image\": app:2")]
    [InlineData("'image' :   app:1   # image: app:1", "'image' :   app:2   # image: app:1")]
    [InlineData("# image: app:1\n          image: app:1\t# keep\ttabs", "# image: app:1\n          image: app:2\t# keep\ttabs")]
    [InlineData("image: &image app:1", "image: &image app:2")]
    [InlineData("image: !!str app:1", "image: !!str app:2")]
    [InlineData("image: &image !!str 'app:1'", "image: &image !!str 'app:2'")]
    [InlineData("image: \"\\x61pp:1\"", "image: \"app:2\"")]
    [InlineData("image:\n            app:1", "image:\n            app:2")]
    public void Keeps_the_way_a_value_is_written(string image, string expected) => Line(image, "app:2").ShouldBe(expected);

    [Theory]
    [InlineData("v1\nkind: Pod\nspec: {PODS}", "/spec")]
    [InlineData("v1\nkind: PodTemplate\ntemplate: {spec: {PODS}}", "/template/spec")]
    [InlineData("v1\nkind: ReplicationController\nspec: {template: {spec: {PODS}}}", "/spec/template/spec")]
    [InlineData("apps/v1\nkind: Deployment\nspec: {template: {spec: {PODS}}}", "/spec/template/spec")]
    [InlineData("apps/v1\nkind: StatefulSet\nspec: {template: {spec: {PODS}}}", "/spec/template/spec")]
    [InlineData("apps/v1\nkind: DaemonSet\nspec: {template: {spec: {PODS}}}", "/spec/template/spec")]
    [InlineData("apps/v1\nkind: ReplicaSet\nspec: {template: {spec: {PODS}}}", "/spec/template/spec")]
    [InlineData("batch/v1\nkind: Job\nspec: {template: {spec: {PODS}}}", "/spec/template/spec")]
    [InlineData("batch/v1\nkind: CronJob\nspec: {jobTemplate: {spec: {template: {spec: {PODS}}}}}", "/spec/jobTemplate/spec/template/spec")]
    [InlineData("argoproj.io/v1alpha1\nkind: Rollout\nspec: {template: {spec: {PODS}}}", "/spec/template/spec")]
    [InlineData("serving.knative.dev/v1\nkind: Service\nspec: {template: {spec: {PODS}}}", "/spec/template/spec")]
    [InlineData("v1\nkind: List\nitems: [{apiVersion: v1, kind: Pod, spec: {PODS}}]", "/items/0/spec")]
    [InlineData("apps/v1\nkind: DeploymentList\nitems: [{apiVersion: apps/v1, kind: Deployment, spec: {template: {spec: {PODS}}}}]", "/items/0/spec/template/spec")]
    public void Finds_every_container_of_every_kind(string body, string pointer)
    {
        const string pods = "initContainers: [{name: i, image: app:1}], containers: [{name: c, image: 'app:1'}], "
            + "ephemeralContainers: [{name: e, image: app:1}], volumes: [{name: v, image: {reference: app:1}}]";
        var text = "apiVersion: " + body.Replace("PODS", pods, StringComparison.Ordinal) + "\n";

        var bump = Plan(text, "app:2");

        bump.NewText.ShouldBe(text.Replace("app:1", "app:2", StringComparison.Ordinal));
        bump.Edits.Select(e => e.Pointer).ShouldBe(
            [$"{pointer}/initContainers/0/image", $"{pointer}/containers/0/image", $"{pointer}/ephemeralContainers/0/image", $"{pointer}/volumes/0/image/reference"]);
    }

    [Fact]
    public void Says_what_it_changed_and_where()
    {
        var edit = Plan(Deployment("image: app:1 # here"), "app:2").Edits.ShouldHaveSingleItem();

        edit.Location.ToString().ShouldBe("app.yaml:9:18");
        (edit.Old, edit.New, edit.Source, edit.Warning).ShouldBe(("app:1", "app:2", ImageSource.Container, null));
    }

    [Fact]
    public void Is_done_when_the_file_says_it_already()
    {
        var bump = Plan(Deployment("image: app:2"), "app:2");

        bump.IsChanged.ShouldBeFalse();
        bump.Edits.ShouldBeEmpty();
        bump.Matched.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("image: team/other:1")]
    [InlineData("image: team/app-two:1")]
    [InlineData("image: ghcr.io/team/app:1")]
    [InlineData("# image: team/app:1")]
    [InlineData("env: [{name: IMAGE, value: 'image: team/app:1'}]")]
    [InlineData("image: {{ .Values.image }}")]
    [InlineData("image: \"{{ .Values.image }}\"")]
    public void Leaves_everything_else_alone(string line)
    {
        var bump = Plan(Deployment(line), "team/app:2");

        (bump.IsChanged, bump.Refusals.Count, bump.Matched.Count).ShouldBe((false, 0, 0));
    }

    [Fact]
    public void Tells_containers_apart_by_name_and_by_tag()
    {
        const string text = "apiVersion: v1\nkind: Pod\nspec: {containers: [{name: a, image: app:1}, {name: b, image: app:1}, {name: c, image: app:9}]}";

        PlanIn("a.yaml", text, ImageChange.Parse("app:2") with { Container = "b" }).NewText
            .ShouldBe(text.Replace("b, image: app:1", "b, image: app:2", StringComparison.Ordinal));
        PlanIn("a.yaml", text, ImageChange.Parse("app:2") with { CurrentTag = "9" }).NewText
            .ShouldBe(text.Replace("app:9", "app:2", StringComparison.Ordinal));
    }

    [Fact]
    public void Never_touches_a_custom_resource_definition()
    {
        const string text = """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            spec: {versions: [{schema: {containers: [{image: app:1}]}}], image: app:1}
            """;

        ImageBumper.Plan("a.yaml", System.Text.Encoding.UTF8.GetBytes(text), [ImageChange.Parse("app:2")], new() { Fields = [FieldPattern.Parse("**/image")] })
            .IsChanged.ShouldBeFalse();
    }

    [Theory]
    [InlineData("spec/template/spec/image")]
    [InlineData("/spec/*/spec/image")]
    [InlineData("**/image")]
    [InlineData("spec/**/image")]
    public void Follows_the_paths_of_custom_resources(string pattern)
    {
        const string text = "apiVersion: actions.summerwind.dev/v1alpha1\nkind: RunnerDeployment\nspec:\n  template:\n    spec:\n      image: app:1 # runner\n";

        var bump = ImageBumper.Plan("a.yaml", System.Text.Encoding.UTF8.GetBytes(text), [ImageChange.Parse("app:2")], new() { Fields = [FieldPattern.Parse(pattern)] });

        bump.NewText.ShouldBe(text.Replace("app:1", "app:2", StringComparison.Ordinal));
    }

    [Fact]
    public void Follows_a_path_to_a_mapping_like_that_of_helm()
    {
        const string text = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec: {source: {helm: {valuesObject: {image: {repository: team/app, tag: '1'}}}}}\n";

        var bump = ImageBumper.Plan(
            "a.yaml", System.Text.Encoding.UTF8.GetBytes(text), [ImageChange.Parse("team/app:2")], new() { Fields = [FieldPattern.Parse("spec/source/helm/valuesObject/image")] });

        bump.NewText.ShouldBe(text.Replace("'1'", "'2'", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("a/b", "a/b", true)]
    [InlineData("a/*", "a/b", true)]
    [InlineData("a/*", "a/b/c", false)]
    [InlineData("**/c", "c", true)]
    [InlineData("**/c", "a/b/c", true)]
    [InlineData("**/b/**/c", "a/b/b/x/c/c", true)]
    [InlineData("**/b/c", "b/b/c", true)]
    [InlineData("a/**/c", "a/c", true)]
    [InlineData("a/**/c", "b/c", false)]
    [InlineData("spec/0/image", "spec/0/image", true)]
    [InlineData("spec/0/image", "spec/1/image", false)]
    public void Matches_paths(string pattern, string path, bool expected) => FieldPattern.Parse(pattern).Matches(path.Split('/')).ShouldBe(expected);

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("a//b")]
    [InlineData("a/**")]
    public void Refuses_a_path_that_leads_nowhere(string pattern) => Should.Throw<FormatException>(() => FieldPattern.Parse(pattern));

    [Theory]
    [InlineData("image: >-\n            app:1", BumpRefusals.BlockScalar)]
    [InlineData("image: |-\n            app:1", BumpRefusals.BlockScalar)]
    [InlineData("image: \"ap\\\n            p:1\"", BumpRefusals.BlockScalar)]
    [InlineData("image: !custom app:1", BumpRefusals.Form)]
    [InlineData("image: app:${TAG}", BumpRefusals.Template)]
    [InlineData("image: app:$(TAG)", BumpRefusals.Template)]
    [InlineData("image: \"app:{{ .Values.tag }}\"", BumpRefusals.Template)]
    [InlineData("image: app:1\n          labels: {{ .Values.labels }}", BumpRefusals.Template)]
    [InlineData("image: app:1\n          image: app:1", BumpRefusals.Malformed)]
    [InlineData("image: app:1\n         wrong: indent", BumpRefusals.Malformed)]
    [InlineData("image: app:1\n{{- if .Values.x }}\n          x: y\n{{- end }}", BumpRefusals.Template)]
    public void Refuses_with_the_reason(string image, string reason)
    {
        var bump = Plan(Deployment(image), "app:2");

        bump.IsChanged.ShouldBeFalse();
        bump.Refusals.ShouldHaveSingleItem().Reason.ShouldBe(reason);
    }

    [Theory]
    [InlineData("labels: {app: web}")]
    [InlineData("app.kubernetes.io/name: app")]
    [InlineData("image: my-app:1")]
    [InlineData("image: app-two:1")]
    [InlineData("image: {{ .Values.image }} # of the app-x")]
    public void Says_nothing_of_a_template_that_does_not_name_the_image(string line)
    {
        var bump = Plan(Deployment(line) + "{{- if .Values.x }}\nx: y\n{{- end }}\n", "app:2");

        (bump.IsChanged, bump.Refusals.Count).ShouldBe((false, 0));
    }

    [Theory]
    [InlineData("image: \"{{ .Values.registry }}/team/app:{{ .Values.tag }}\"")]
    [InlineData("image: team/app")]
    [InlineData("- image: docker.io/team/app@sha256:x")]
    public void Names_the_line_of_a_template_that_names_the_image(string line)
    {
        var refusal = Plan(Deployment(line) + "{{- if .Values.x }}\nx: y\n{{- end }}\n", "team/app:2").Refusals.ShouldHaveSingleItem();

        (refusal.Reason, refusal.Location.Region!.Value.StartLine).ShouldBe((BumpRefusals.Template, 9));
    }

    [Fact]
    public void Refuses_what_sops_encrypted()
    {
        var bump = Plan(Deployment("image: app:1") + "sops: {mac: 'ENC[x]', version: 3.9.0}\n", "app:2");

        bump.IsChanged.ShouldBeFalse();
        bump.Refusals.ShouldHaveSingleItem().Reason.ShouldBe(BumpRefusals.Encrypted);
    }

    [Fact]
    public void Keeps_directives_and_markers_of_documents()
    {
        var text = "%YAML 1.2\n---\n# first\n" + Deployment("image: app:1") + "...\n---\n" + Deployment("image: app:1") + "---\n";

        Plan(text, "app:2").NewText.ShouldBe(text.Replace("app:1", "app:2", StringComparison.Ordinal));
    }

    [Fact]
    public void Changes_the_other_documents_of_a_file_with_a_broken_one()
    {
        var text = Deployment("image: app:1") + "---\nfoo: [\n---\n" + Deployment("image: app:1") + "...\n";

        var bump = Plan(text, "app:2");

        bump.NewText.ShouldBe(text.Replace("app:1", "app:2", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("\n", "\n")]
    [InlineData("\r\n", "\r\n")]
    [InlineData("\r\n", "")]
    [InlineData("\n", "")]
    [InlineData("\n", "\n\n\n")]
    [InlineData("\n", "\n---\n")]
    [InlineData("\n", "\n...\n")]
    [InlineData("\n", "\n# the end")]
    public void Keeps_line_ends_byte_order_mark_and_what_follows(string lineEnd, string ending)
    {
        foreach (var mark in new[] { "", "\uFEFF" })
        {
            var text = mark + (Deployment("image: 'app:1'   # é 😀\n\n          env: [] ").TrimEnd() + ending).ReplaceLineEndings(lineEnd);
            var bump = Plan(text, "app:2");

            bump.Bytes(bump.NewText).ShouldBe(System.Text.Encoding.UTF8.GetBytes(text.Replace("app:1", "app:2", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public void Keeps_mixed_line_ends()
    {
        var text = Deployment("image: app:1").Replace("spec:\n", "spec:\r\n", StringComparison.Ordinal);

        Plan(text, "app:2").NewText.ShouldBe(text.Replace("app:1", "app:2", StringComparison.Ordinal));
    }

    [Fact]
    public void Changes_json_in_place()
    {
        const string text = "{\n\t\"apiVersion\": \"v1\", \"kind\": \"Pod\",\n\t\"spec\": {\"containers\": [{\"name\": \"a\", \"image\": \"app:1\"}]}\n}\n";

        Plan(text, "app:2").NewText.ShouldBe(text.Replace("app:1", "app:2", StringComparison.Ordinal));
    }

    [Fact]
    public void Changes_an_anchor_and_names_those_that_repeat_it()
    {
        const string text = """
            apiVersion: v1
            kind: Pod
            metadata: {annotations: {image: &image app:1}}
            spec:
              initContainers: [{name: a, image: *image}]
              containers: [{name: b, image: *image}]

            """;

        var bump = Plan(text, "app:2");

        bump.NewText.ShouldBe(text.Replace("app:1", "app:2", StringComparison.Ordinal));
        var edit = bump.Edits.ShouldHaveSingleItem();
        edit.Pointer.ShouldBe("/spec/initContainers/0/image");
        edit.AlsoAt.ShouldBe(["/metadata/annotations/image", "/spec/containers/0/image"]);
        edit.Location.Region!.Value.StartLine.ShouldBe(3);
    }

    [Fact]
    public void Changes_what_a_merge_key_brings_at_its_source()
    {
        const string text = """
            apiVersion: v1
            kind: Pod
            x-base: &base
              image: app:1 # shared
            spec:
              containers:
                - <<: *base
                  name: a
                - <<: *base
                  name: b

            """;

        var bump = Plan(text, "app:2");

        bump.NewText.ShouldBe(text.Replace("app:1", "app:2", StringComparison.Ordinal));
        bump.Edits.ShouldHaveSingleItem().AlsoAt.ShouldBe(["/x-base/image", "/spec/containers/1/image"]);
    }

    [Fact]
    public void Refuses_a_shared_value_that_would_have_to_say_two_things()
    {
        const string text = "web: {image: {repository: a, tag: &tag '1'}}\njob: {image: {repository: b, tag: *tag}}\n";

        var bump = PlanIn("values.yaml", text, "a:2", "b:3");

        bump.NewText.ShouldBe(text.Replace("'1'", "'2'", StringComparison.Ordinal));
        bump.Refusals.ShouldHaveSingleItem().Reason.ShouldBe(BumpRefusals.Conflict);
    }

    [Fact]
    public void Refuses_bytes_that_are_not_utf_8() =>
        Should.Throw<ActionException>(() => ImageBumper.Plan("a.yaml", [.. "image: app:1 # "u8, 0xFF], [ImageChange.Parse("app:2")])).Title.ShouldBe("File is not UTF-8");

    [Fact]
    public void Reads_a_huge_file_only_up_to_the_limit() =>
        Should.Throw<ActionException>(() => ImageBumper.Plan("a.yaml", new byte[101], [], new() { Limits = new ManifestLimits { MaxFileBytes = 100 } }))
            .Title.ShouldBe("File is too large");

    [Theory]
    [InlineData("app:2", "docker.io/library/app", "app:2")]
    [InlineData("app=ghcr.io/team/app:2", "docker.io/library/app", "ghcr.io/team/app:2")]
    [InlineData(" app = app:2 ", "docker.io/library/app", "app:2")]
    [InlineData("app=mirror.corp/app", "docker.io/library/app", "mirror.corp/app")]
    public void Reads_a_change(string text, string name, string target)
    {
        var change = ImageChange.Parse(text);

        (change.Name, change.Target.ToString()).ShouldBe((name, target));
    }

    [Theory]
    [InlineData("app:2 container=web", "web", null, null)]
    [InlineData("app=app:2  current-tag=1 container=web", "web", "1", null)]
    [InlineData("app:2 marker=flux-system:app", null, null, "flux-system:app")]
    public void Reads_where_a_change_is_meant(string text, string? container, string? currentTag, string? policy)
    {
        var change = ImageChange.Parse(text);

        (change.Container, change.CurrentTag, change.Policy, change.Target.ToString()).ShouldBe((container, currentTag, policy, "app:2"));
    }

    [Theory]
    [InlineData("image", ImageSource.Container, "app:1@sha256:", "1")]
    [InlineData("newTag", ImageSource.Kustomization, "1@sha256:", "1")]
    [InlineData("tag", ImageSource.HelmValues, "1", "1")]
    [InlineData("digest", ImageSource.HelmValues, "sha256:", null)]
    [InlineData("appVersion", ImageSource.Marker, "1.2", "1.2")]
    [InlineData("image", ImageSource.Marker, "localhost:5000/app:1.2", "1.2")]
    [InlineData("repository", ImageSource.HelmValues, "ghcr.io/team/app", null)]
    public void Knows_tag_and_digest_of_a_field(string key, ImageSource source, string value, string? tag)
    {
        const string Hex = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
        var text = value.Replace("sha256:", "sha256:" + Hex, StringComparison.Ordinal);
        var edit = new ImageEdit(new SourceLocation("a.yaml"), "/spec/" + key, source, text, text, ImageChange.Parse("app:2"));

        edit.OldVersion.ShouldBe((tag, value.Contains("sha256:", StringComparison.Ordinal) ? "sha256:" + Hex : null));
        edit.NewVersion.ShouldBe(edit.OldVersion);
    }

    [Theory]
    [InlineData("")]
    [InlineData("app")]
    [InlineData("app=")]
    [InlineData("=app:1")]
    [InlineData("app=app")]
    [InlineData("app:2 container=")]
    [InlineData("app:2 container=a and more")]
    [InlineData("app:2 where=here")]
    [InlineData("app:2 marker=app")]
    [InlineData("app=other:2 marker=a:b")]
    [InlineData("app:2 marker=a:b container=c")]
    [InlineData("app:1=app:2")]
    [InlineData("app=App:2")]
    public void Refuses_what_is_no_change(string text) => Should.Throw<FormatException>(() => ImageChange.Parse(text));
}
