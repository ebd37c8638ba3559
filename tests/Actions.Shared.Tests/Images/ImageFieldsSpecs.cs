using Actions.Shared.Images;
using static Actions.Shared.Tests.Images.Bump;

namespace Actions.Shared.Tests.Images;

/// <summary>Images in parts: kustomizations, Helm values, the objects and markers of Flux.</summary>
public sealed class ImageFieldsSpecs
{
    [Theory]
    [InlineData("name: app, newTag: v1", "app:v2", "name: app, newTag: v2")]
    [InlineData("name: nginx, newTag: v1", "docker.io/library/nginx:v2", "name: nginx, newTag: v2")]
    [InlineData("name: app, newTag: \"1.10\"", "app:1.11", "name: app, newTag: \"1.11\"")]
    [InlineData("name: app, newTag: v1", "app:1.10", "name: app, newTag: \"1.10\"")]
    [InlineData("name: app, newTag: v1", "app:v2@" + Digest, "name: app, newTag: v2@" + Digest)]
    [InlineData("name: app, newTag: v1@" + Digest, "app:v2@" + Other, "name: app, newTag: v2@" + Other)]
    [InlineData("name: app, newTag: v1@" + Digest, "app:v2", "name: app, newTag: v2")]
    [InlineData("name: app, newTag: v1, digest: " + Digest, "app:v2", "name: app, newTag: v2, digest: \"\"")]
    [InlineData("name: app, newTag: v1, digest: ''", "app:v2", "name: app, newTag: v2, digest: ''")]
    [InlineData("name: app, newTag: v1, digest: " + Digest, "app:v2@" + Other, "name: app, newTag: v2, digest: " + Other)]
    [InlineData("name: app, newTag: v1, digest: " + Digest, "app@" + Other, "name: app, newTag: \"\", digest: " + Other)]
    [InlineData("name: app, digest: " + Digest, "app@" + Other, "name: app, digest: " + Other)]
    [InlineData("name: app, digest: " + Digest, "app:v2", "name: app, newTag: v2")]
    [InlineData("name: app, digest: " + Digest, "app:v2@" + Other, "name: app, newTag: v2@" + Other)]
    [InlineData("name: app, newTag: v1", "app@" + Other, "name: app, digest: " + Other)]
    [InlineData("name: app", "app:v2", "name: app, newTag: v2")]
    [InlineData("name: app", "app@" + Other, "name: app, digest: " + Other)]
    [InlineData("name: app, newName: ghcr.io/t/app", "app:v2", "name: app, newName: ghcr.io/t/app, newTag: v2")]
    [InlineData("name: app, newName: ghcr.io/t/app, newTag: v1", "ghcr.io/t/app:v2", "name: app, newName: ghcr.io/t/app, newTag: v2")]
    [InlineData("name: app, newName: ghcr.io/t/app, newTag: v1", "app=ghcr.io/t/app:v2", "name: app, newName: ghcr.io/t/app, newTag: v2")]
    [InlineData("name: app, newName: ghcr.io/t/app, newTag: v1", "app=quay.io/t/app:v2", "name: app, newName: quay.io/t/app, newTag: v2")]
    [InlineData("name: app", "app=quay.io/t/app:v2", "name: app, newName: quay.io/t/app, newTag: v2")]
    [InlineData("name: ghcr.io/.*/app, newTag: v1", "ghcr.io/team/app:v2", "name: ghcr.io/.*/app, newTag: v2")]
    [InlineData("name: 'ghcr.io/(a|b)', newTag: v1", "ghcr.io/b:v2", "name: 'ghcr.io/(a|b)', newTag: v2")]
    [InlineData("name: app, newTag: ", "app:v2", "name: app, newTag: v2 ")]
    [InlineData("name: app, tagSuffix: -x, newTag: v1", "app:v2", "name: app, tagSuffix: -x, newTag: v2")]
    public void Sets_an_entry_of_a_kustomization(string entry, string change, string expected)
    {
        foreach (var (before, after) in new[] { ("images:\n  - {", "}\n"), ("kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\nimages: [{", "}] # all\n") })
        {
            var bump = PlanIn("base/kustomization.yaml", before + entry + after, change);

            bump.Refusals.ShouldBeEmpty();
            bump.NewText.ShouldBe(before + expected + after);
        }
    }

    [Theory]
    [InlineData("name: app-two, newTag: v1", "app:v2")]
    [InlineData("name: ap, newTag: v1", "app:v2")]
    [InlineData("name: '(', newTag: v1", "app:v2")]
    [InlineData("name: '(?<x>a)\\1', newTag: v1", "aa:v2")]
    public void Leaves_other_entries_alone(string entry, string change)
    {
        var bump = PlanIn("kustomization.yml", $"images: [{{{entry}}}]\n", change);

        (bump.IsChanged, bump.Refusals.Count, bump.Matched.Count).ShouldBe((false, 0, 0));
    }

    [Fact]
    public void Adds_a_missing_field_below_the_name_of_an_entry()
    {
        const string text = "resources: [../base]\r\nimages:\r\n- name: app # ours\r\n- name: other\r\n";

        PlanIn("Kustomization", text, "app=ghcr.io/t/app:1.10").NewText
            .ShouldBe(text.Replace("# ours\r\n", "# ours\r\n  newName: ghcr.io/t/app\r\n  newTag: \"1.10\"\r\n", StringComparison.Ordinal));
    }

    [Fact]
    public void Adds_a_missing_field_at_the_end_of_a_file_without_a_line_end() =>
        PlanIn("kustomization.yaml", "images:\n  -   name: app", "app:v2").NewText.ShouldBe("images:\n  -   name: app\n      newTag: v2");

    [Fact]
    public void Keeps_comments_order_and_indentation_of_a_kustomization()
    {
        const string text = """
            # production
            images:
                # first
                - name: zeta   # z

                  newTag: v1   # pinned by ops
                - newTag: "3"
                  name: app
            resources:
            - ../base

            """;

        PlanIn("kustomization.yaml", text, "zeta:v2", "app:4").NewText
            .ShouldBe(text.Replace("v1", "v2", StringComparison.Ordinal).Replace("\"3\"", "\"4\"", StringComparison.Ordinal));
    }

    [Fact]
    public void Does_not_switch_off_a_tag_suffix()
    {
        var bump = PlanIn("kustomization.yaml", "images: [{name: app, tagSuffix: -debug}]\n", "app:v2");

        bump.IsChanged.ShouldBeFalse();
        bump.Refusals.ShouldHaveSingleItem().Message.ShouldContain("tagSuffix");
    }

    [Fact]
    public void Changes_the_images_of_a_kustomization_of_flux()
    {
        const string text = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nspec:\n  images:\n  - name: app\n    newTag: v1\n";

        PlanIn("flux.yaml", text, "app:v2").NewText.ShouldBe(text.Replace("v1\n", "v2\n", StringComparison.Ordinal)
            .Replace("fluxcd.io/v2", "fluxcd.io/v1", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("image: {repository: team/app, tag: v1}", "team/app:v2", "image: {repository: team/app, tag: v2}")]
    [InlineData("image: {registry: ghcr.io, repository: team/app, tag: v1}", "ghcr.io/team/app:v2", "image: {registry: ghcr.io, repository: team/app, tag: v2}")]
    [InlineData("image: {registry: '', repository: team/app, tag: v1}", "team/app:v2", "image: {registry: '', repository: team/app, tag: v2}")]
    [InlineData("image: {repository: team/app, tag: 1.9}", "team/app:1.10", "image: {repository: team/app, tag: \"1.10\"}")]
    [InlineData("image: {repository: team/app, tag: 1.10}", "team/app:1.10", "image: {repository: team/app, tag: \"1.10\"}")]
    [InlineData("image: {repository: team/app, tag: !!str 1.9}", "team/app:1.10", "image: {repository: team/app, tag: !!str 1.10}")]
    [InlineData("image: {repository: team/app, tag: ''}", "team/app:v2", "image: {repository: team/app, tag: 'v2'}")]
    [InlineData("image: {repository: team/app, tag: v1, digest: ''}", "team/app:v2", "image: {repository: team/app, tag: v2, digest: ''}")]
    [InlineData("image: {repository: team/app, tag: v1, digest: " + Digest + "}", "team/app:v2", "image: {repository: team/app, tag: v2, digest: \"\"}")]
    [InlineData("image: {repository: team/app, tag: v1, digest: ''}", "team/app:v2@" + Other, "image: {repository: team/app, tag: v2, digest: '" + Other + "'}")]
    [InlineData("image: {repository: team/app, tag: v1, digest: ''}", "team/app@" + Other, "image: {repository: team/app, tag: v1, digest: '" + Other + "'}")]
    [InlineData("image: {repository: team/app, tag: v1}", "team/app@" + Other, "image: {repository: team/app, tag: v1@" + Other + "}")]
    [InlineData("image: {repository: team/app, tag: v1}", "team/app:v2@" + Other, "image: {repository: team/app, tag: v2@" + Other + "}")]
    [InlineData("image: {repository: team/app, tag: v1@" + Digest + "}", "team/app:v2", "image: {repository: team/app, tag: v2}")]
    [InlineData("image: {repository: team/app, version: v1}", "team/app:v2", "image: {repository: team/app, version: v2}")]
    [InlineData("image: {name: team/app, tag: v1}", "team/app:v2", "image: {name: team/app, tag: v2}")]
    [InlineData("controller: {repository: team/app, tag: v1}", "team/app:v2", "controller: {repository: team/app, tag: v2}")]
    [InlineData("image: team/app:v1", "team/app:v2", "image: team/app:v2")]
    [InlineData("sidecarImage: team/app:v1", "team/app:v2", "sidecarImage: team/app:v2")]
    [InlineData("image: team/app\ntag: v1", "team/app:v2", "image: team/app\ntag: v2")]
    [InlineData("image: team/app\nversion: 1.9", "team/app:1.10", "image: team/app\nversion: \"1.10\"")]
    [InlineData("image: team/app:v1\ntag: v1", "team/app:v2", "image: team/app:v2\ntag: v1")]
    [InlineData("extra: [{name: x, image: team/app:v1}]", "team/app:v2", "extra: [{name: x, image: team/app:v2}]")]
    [InlineData("image: {repository: team/app, tag: v1}", "team/app=quay.io/t/app:v2", "image: {repository: quay.io/t/app, tag: v2}")]
    [InlineData("image: {registry: docker.io, repository: team/app, tag: v1}", "team/app=quay.io/t/app:v2", "image: {registry: quay.io, repository: t/app, tag: v2}")]
    [InlineData("image: {registry: quay.io, repository: t/app, tag: v1}", "quay.io/t/app=nginx:v2", "image: {registry: docker.io, repository: library/nginx, tag: v2}")]
    [InlineData("image: team/app\ntag: v1", "team/app=quay.io/t/app:v2", "image: quay.io/t/app\ntag: v2")]
    [InlineData("image:\n  repository: team/app\n  tag: # filled in", "team/app:v2", "image:\n  repository: team/app\n  tag: v2 # filled in")]
    [InlineData("image:\n  repository: team/app\n  tag:", "team/app:1.10", "image:\n  repository: team/app\n  tag: \"1.10\"")]
    [InlineData("global: {imageRegistry: mirror.corp}\nimage: {registry: docker.io, repository: t/app, tag: v1}", "mirror.corp/t/app:v2", "global: {imageRegistry: mirror.corp}\nimage: {registry: docker.io, repository: t/app, tag: v2}")]
    [InlineData("global: {imageRegistry: mirror.corp}\nimage: {registry: docker.io, repository: t/app, tag: v1}", "t/app:v2", "global: {imageRegistry: mirror.corp}\nimage: {registry: docker.io, repository: t/app, tag: v2}")]
    [InlineData("global: {imageRegistry: ''}\nimage: {repository: t/app, tag: v1}", "t/app:v2", "global: {imageRegistry: ''}\nimage: {repository: t/app, tag: v2}")]
    public void Sets_helm_values(string values, string change, string expected)
    {
        foreach (var path in new[] { "values.yaml", "charts/web/values-prod.yaml", "web.values.yml" })
        {
            var bump = PlanIn(path, values + "\n", change);

            bump.Refusals.ShouldBeEmpty();
            bump.NewText.ShouldBe(expected + "\n");
        }
    }

    [Theory]
    [InlineData("apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nspec: {values: {image: {repository: team/app, tag: v1}}}")]
    [InlineData("apiVersion: helm.toolkit.fluxcd.io/v2beta1\nkind: HelmRelease\nspec: {values: {worker: {image: 'team/app:v1'}}}")]
    public void Sets_values_in_a_helm_release_of_flux(string text) =>
        PlanIn("release.yaml", text, "team/app:v2").NewText.ShouldBe(text.Replace("v1}}", "v2}}", StringComparison.Ordinal).Replace("v1'", "v2'", StringComparison.Ordinal));

    [Fact]
    public void Does_not_take_other_files_for_values() =>
        PlanIn("compose.yaml", "services: {web: {image: team/app:v1}}\n", "team/app:v2").IsChanged.ShouldBeFalse();

    [Theory]
    [InlineData("image: {repository: team/app}", "team/app:v2", BumpRefusals.NoField)]
    [InlineData("image: {repository: team/app, digest: " + Digest + "}", "team/app:v2", BumpRefusals.NoField)]
    [InlineData("image: {repository: team/app, tag: ''}", "team/app@" + Digest, BumpRefusals.NoField)]
    [InlineData("image: {repository: team/app, tag: \"{{ .Chart.AppVersion }}\"}", "team/app:v2", BumpRefusals.Template)]
    [InlineData("image: {repository: team/app, tag: \"${TAG}\"}", "team/app:v2", BumpRefusals.Template)]
    [InlineData("image:\n  repository: team/app\n  tag: &tag\nother: *tag", "team/app:v2", BumpRefusals.Form)]
    [InlineData("image:\n  repository: team/app\n  tag: >-\n    v1", "team/app:v2", BumpRefusals.BlockScalar)]
    public void Refuses_values_with_the_reason(string values, string change, string reason)
    {
        var bump = PlanIn("values.yaml", values + "\n", change);

        bump.IsChanged.ShouldBeFalse();
        bump.Refusals.ShouldHaveSingleItem().Reason.ShouldBe(reason);
    }

    [Fact]
    public void Warns_of_a_tag_that_stood_as_a_number() =>
        PlanIn("values.yaml", "image: {repository: a, tag: 1.10}\n", "a:1.11").Edits.ShouldHaveSingleItem().Warning.ShouldNotBeNull();

    [Theory]
    [InlineData("image: app:1 # {\"$imagepolicy\": \"flux-system:app\"}", "image: app:2 # {\"$imagepolicy\": \"flux-system:app\"}")]
    [InlineData("image: other/name:1 #{ \"$imagepolicy\" : \"flux-system:app\" }", "image: app:2 #{ \"$imagepolicy\" : \"flux-system:app\" }")]
    [InlineData("tag: v1 # {\"$imagepolicy\": \"flux-system:app:tag\"}", "tag: \"2\" # {\"$imagepolicy\": \"flux-system:app:tag\"}")]
    [InlineData("tag: '1' # {\"$imagepolicy\": \"flux-system:app:tag\"}", "tag: '2' # {\"$imagepolicy\": \"flux-system:app:tag\"}")]
    [InlineData("name: docker.io/library/app # {\"$imagepolicy\": \"flux-system:app:name\"}", "name: docker.io/library/app # {\"$imagepolicy\": \"flux-system:app:name\"}")]
    [InlineData("name: other # {\"$imagepolicy\": \"flux-system:app:name\"}", "name: app # {\"$imagepolicy\": \"flux-system:app:name\"}")]
    [InlineData("image: {repository: app, tag: v1} # {\"$imagepolicy\": \"flux-system:app:tag\"}", "image: {repository: app, tag: \"2\"} # {\"$imagepolicy\": \"flux-system:app:tag\"}")]
    [InlineData("digest: " + Digest + " # {\"$imagepolicy\": \"flux-system:app:digest\"}", "digest: \"\" # {\"$imagepolicy\": \"flux-system:app:digest\"}")]
    [InlineData("image: app:1 # {\"$imagepolicy\": \"flux-system:other\"}", "image: app:1 # {\"$imagepolicy\": \"flux-system:other\"}")]
    [InlineData("note: |\n  image: app:1 # {\"$imagepolicy\": \"flux-system:app\"}", "note: |\n  image: app:1 # {\"$imagepolicy\": \"flux-system:app\"}")]
    public void Takes_the_markers_of_flux_for_selectors(string line, string expected)
    {
        ImageReference.TryParse("app:2", out var target).ShouldBeTrue();

        var bump = PlanIn("any.yaml", $"apiVersion: v1\nkind: Anything\n{line}\n", ImageChange.ForPolicy("flux-system:app", target!));

        bump.Refusals.ShouldBeEmpty();
        bump.NewText.ShouldBe($"apiVersion: v1\nkind: Anything\n{expected}\n");
    }

    [Theory]
    [InlineData("1.10", false)]
    [InlineData("1", false)]
    [InlineData("1_000", false)]
    [InlineData("0x1F", false)]
    [InlineData("0o17", false)]
    [InlineData("0b11", false)]
    [InlineData("0755", false)]
    [InlineData("0362525", false)]
    [InlineData("089", false)]
    [InlineData(".5", false)]
    [InlineData("1.", false)]
    [InlineData("553640e6", false)]
    [InlineData("0e12345", false)]
    [InlineData("1_0e3", false)]
    [InlineData("12:30", false)]
    [InlineData("12:30:45", false)]
    [InlineData(".inf", false)]
    [InlineData("-.INF", false)]
    [InlineData(".NaN", false)]
    [InlineData("y", false)]
    [InlineData("N", false)]
    [InlineData("yes", false)]
    [InlineData("No", false)]
    [InlineData("on", false)]
    [InlineData("OFF", false)]
    [InlineData("true", false)]
    [InlineData("False", false)]
    [InlineData("~", false)]
    [InlineData("null", false)]
    [InlineData("", false)]
    [InlineData("2024-06-27", false)]
    [InlineData("2024-6-7", false)]
    [InlineData("<<", false)]
    [InlineData("=", false)]
    [InlineData("v1", true)]
    [InlineData("1.2.3", true)]
    [InlineData("1.27-alpine", true)]
    [InlineData("latest", true)]
    [InlineData("20240627-1", true)]
    [InlineData("2024-06-27-rc1", true)]
    [InlineData("7f3a9c1", true)]
    [InlineData("1e4f", true)]
    [InlineData("12:99", true)]
    [InlineData("noble", true)]
    [InlineData("yes-1", true)]
    [InlineData("v1@" + Digest, true)]
    [InlineData(Digest, true)]
    [InlineData("team/app:1", true)]
    public void Knows_what_is_text_for_every_reader_of_yaml(string text, bool expected) => PlainScalar.IsString(text).ShouldBe(expected);
}
