using System.Text.Json;
using Actions.Shared.Clusters.Apply;
using Actions.Shared.Clusters.Inventory;
using Actions.Shared.Clusters.Planning;
using Actions.Shared.Findings;
using Actions.Shared.Reporting.Deployments;
using Actions.Shared.Tests.Clusters.Planning;

namespace Actions.Shared.Tests.Reporting.Deployments;

public class DeploymentReportSpecs
{
    private const string Live = "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: shop}, spec: {template: {spec: {containers: [{name: web, image: 'web:1'}]}}}}";
    private const string Secret = "{apiVersion: v1, kind: Secret, metadata: {name: login, namespace: shop}, data: {password: Y2FuYXJ5}}";

    private static readonly DeploymentReport Report = new()
    {
        Tool = "deploy-k8s",
        ToolVersion = "1.2.3",
        Mode = "deploy",
        Application = "shop",
        Namespace = "shop",
        Environment = "staging",
        Server = "cluster.example.com",
        KubernetesVersion = "v1.36.1",
        Trace = new DeploymentTrace { Run = "https://github.com/o/r/actions/runs/7", Commit = "abc" },
        Outcome = DeploymentOutcome.RolledBack,
        Failures =
        [
            new DeploymentFailure("image-not-found", "Deployment shop/web: the registry has no image web:2", "Push the image, or correct the tag")
            {
                Object = "Deployment shop/web",
                Location = new SourceLocation("k8s/web.yaml", new TextRegion(20, 18, 20, 23)),
                Events = ["Failed: manifest unknown ::error::x"],
                Log = "one\ntwo ```",
            },
        ],
        Objects =
        [
            new ObjectResult(Objects.Item(PlannedAction.Update, Live.Replace("web:1", "web:2"), Live), ObjectOutcome.Restored),
            new ObjectResult(Objects.Item(PlannedAction.Update, Secret.Replace("Y2FuYXJ5", "bmV3"), Secret), ObjectOutcome.Restored),
            new ObjectResult(Objects.Item(PlannedAction.Create, "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: shop}, data: {'<img>': '@all'}}"), ObjectOutcome.RemovedAgain),
            new ObjectResult(Objects.Item(PlannedAction.Unchanged, "{apiVersion: v1, kind: ConfigMap, metadata: {name: b, namespace: shop}}"), ObjectOutcome.Unchanged),
        ],
        Digest = "sha256:0",
        Timeline = [new(TimeSpan.FromMilliseconds(20), "Applied."), new(TimeSpan.FromSeconds(65), "Deployment shop/web: pulling <b>")],
        Duration = TimeSpan.FromSeconds(66),
        Requests = [new("apply", 3), new("dry-run", 4)],
    };

    [Fact]
    public void The_cause_comes_first_and_then_what_to_do()
    {
        var lines = DeploymentMarkdown.Render(Report).Split('\n');

        lines[0].ShouldBe("### ❌ shop in staging failed and was rolled back: 1 unchanged, 2 changed, then changed back, 1 created, then deleted again");
        lines[2].ShouldBe("**Deployment shop/web: the registry has no image web:<!-- -->2** (`k8s/web.yaml:20:18`)".Replace("web:<!-- -->2", "web:2"));
        lines[4].ShouldBe("💡 Push the image, or correct the tag");
    }

    [Fact]
    public void Nothing_secret_and_nothing_that_acts_is_in_the_markdown()
    {
        var markdown = DeploymentMarkdown.Render(Report);

        markdown.ShouldNotContain("Y2FuYXJ5");
        markdown.ShouldNotContain("bmV3");
        markdown.ShouldContain("! data.password: *** (another value)");
        markdown.ShouldNotContain("<b>");
        markdown.ShouldContain("````\none\ntwo ```\n````");
        markdown.ShouldContain("- spec.template.spec.containers[name=\"web\"].image: web:1\n+ spec.template.spec.containers[name=\"web\"].image: web:2");
        markdown.ShouldContain("7 requests to the cluster (3 apply, 4 dry-run).");
        markdown.ShouldContain("| 1 min 5 s |");
    }

    [Fact]
    public void A_page_has_a_limit()
    {
        var many = Report with { Objects = [.. Enumerable.Range(0, 400).Select(i => new ObjectResult(Objects.Item(PlannedAction.Create, $"{{apiVersion: v1, kind: ConfigMap, metadata: {{name: 'n{i}'}}}}"), ObjectOutcome.Created))] };

        var markdown = DeploymentMarkdown.Render(many, budget: 5000);

        System.Text.Encoding.UTF8.GetByteCount(markdown).ShouldBeLessThanOrEqualTo(5000);
        markdown.ShouldEndWith("The JSON report holds all of it.\n");
    }

    [Fact]
    public void The_text_has_a_line_for_each_change()
    {
        DeploymentText.Objects(Report.Objects).ReplaceLineEndings("\n").ShouldBe(
            """
            ~ Deployment shop/web: update, restarts its pods
                - spec.template.spec.containers[name="web"].image: web:1
                + spec.template.spec.containers[name="web"].image: web:2
            ~ Secret shop/login: update
                ! data.password: *** (another value)
            + ConfigMap shop/a: create

            """.ReplaceLineEndings("\n"));
        DeploymentText.Failure(Report.Failures[0]).ReplaceLineEndings("\n").ShouldBe(
            """
            Deployment shop/web: the registry has no image web:2
              at k8s/web.yaml:20:18
              hint: Push the image, or correct the tag
              event: Failed: manifest unknown ::error::x
              log: one
              log: two ```

            """.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Lines_of_a_text_are_compared()
    {
        var item = Objects.Item(
            PlannedAction.Update,
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {file: \"one\\nTWO\\nthree\\n\"}}",
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {file: \"one\\ntwo\\nthree\\n\"}}");

        DeploymentText.Objects([new ObjectResult(item, ObjectOutcome.Updated)]).ShouldContain("    ! data.file:\n    -   two\n    +   TWO\n");
    }

    [Fact]
    public async Task The_json_is_as_its_schema_says()
    {
        var empty = Report with { Failures = [], Objects = [], Digest = "", Timeline = [], Requests = [] };

        (await SchemaCheck.ProblemsAsync(SchemaCheck.Deployments, DeploymentJson.Render(Report with { Digest = "", Images = Looked }), DeploymentJson.Render(empty))).ShouldBeEmpty();
    }

    private static readonly DeployedImage[] Looked =
    [
        new("team/<b>:1", "sha256:1") { IsPinned = true, Platforms = ["linux/amd64"], Created = DateTimeOffset.UnixEpoch, UsedBy = ["container web of Deployment shop/web"], Pods = 2 },
        new("team/gone:1", ""),
    ];

    [Fact]
    public void Images_are_shown_with_what_they_lead_to()
    {
        var report = Report with { Images = Looked };

        DeploymentMarkdown.Render(report).ShouldContain("#### Images\n\n| Image | Digest | |\n| :-- | :-- | :-- |\n| `team/<b>:1` | `sha256:1` | pinned, 2 containers run it |\n| `team/gone:1` | not found |  |\n");
        DeploymentText.Images(Looked).ShouldBe("team/<b>:1 is sha256:1\nteam/gone:1 was not found\n");
        using var json = JsonDocument.Parse(DeploymentJson.Render(report));
        var image = json.RootElement.GetProperty("images")[0];
        (image.GetProperty("digest").GetString(), image.GetProperty("running").GetInt32(), image.GetProperty("created").GetString()).ShouldBe(("sha256:1", 2, "1970-01-01T00:00:00Z"));
        json.RootElement.GetProperty("images")[1].TryGetProperty("running", out _).ShouldBeFalse();
    }

    [Fact]
    public void The_json_holds_everything_but_secrets()
    {
        var text = DeploymentJson.Render(Report);
        using var json = JsonDocument.Parse(text);

        text.ShouldNotContain("Y2FuYXJ5");
        json.RootElement.GetProperty("result").GetString().ShouldBe("rolled-back");
        json.RootElement.GetProperty("failures")[0].GetProperty("cause").GetString().ShouldBe("image-not-found");
        var web = json.RootElement.GetProperty("objects")[0];
        (web.GetProperty("kind").GetString(), web.GetProperty("action").GetString(), web.GetProperty("outcome").GetString(), web.GetProperty("restartsPods").GetBoolean()).ShouldBe(("Deployment", "update", "restored", true));
        web.GetProperty("changes")[0].GetProperty("after").GetString().ShouldBe("web:2");
        json.RootElement.GetProperty("requests").GetProperty("apply").GetInt32().ShouldBe(3);
    }
}
