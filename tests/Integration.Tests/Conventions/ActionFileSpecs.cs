using System.Text.RegularExpressions;
using Integration.Tests.Harness;

namespace Integration.Tests.Conventions;

/// <summary>What every action.yml and its Dockerfile must be, so that a runner starts them and nothing is lost on the way.</summary>
public partial class ActionFileSpecs
{
    public static TheoryData<string> Actions => [.. Repository.Actions];

    [Theory]
    [MemberData(nameof(Actions))]
    public void It_says_what_it_is(string action)
    {
        var manifest = ActionManifest.Load(action);

        manifest.Name.ShouldNotBeNullOrWhiteSpace();
        manifest.Author.ShouldNotBeNullOrWhiteSpace();
        manifest.Description.ShouldEndWith(".");
        manifest.Branding.Keys.ShouldBe(["icon", "color"], ignoreOrder: true);
        foreach (var (name, input) in manifest.Inputs) input.Description.ShouldEndWith(".", Case.Sensitive, name);
        foreach (var (name, output) in manifest.Outputs) output.Description.ShouldEndWith(".", Case.Sensitive, name);
    }

    [Theory]
    [MemberData(nameof(Actions))]
    public void It_names_its_image_and_its_program_and_passes_no_arguments(string action)
    {
        var runs = ActionManifest.Load(action).Runs;

        runs.Using.ShouldBe("docker");
        runs.Image.ShouldBe($"../../{action}.Dockerfile");
        // Otherwise a caller may set it, and a runner in Kubernetes has none.
        runs.Entrypoint.ShouldBe($"/app/{action}");
        // Arguments are pasted into a command line, seen by others and not translated.
        runs.Args.ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Actions))]
    public void Its_inputs_survive_the_way_into_the_environment(string action)
    {
        var inputs = ActionManifest.Load(action).Inputs;

        foreach (var (name, input) in inputs)
        {
            name.ShouldMatch("^[a-z]+(-[a-z]+)*$");
            name.ShouldNotBe("args");
            name.ShouldNotBe("entrypoint");
            if (input.Default?.Contains("${{", StringComparison.Ordinal) == true) input.Default.ShouldBe("${{ github.token }}", name);
        }

        inputs.Keys.Select(RunnerEnvironment.VariableOf).ShouldBeUnique();
    }

    [Theory]
    [MemberData(nameof(Actions))]
    public void Its_dockerfile_starts_the_program_itself_as_root_on_pinned_bases(string action)
    {
        var dockerfile = File.ReadAllText(Repository.Path($"{action}.Dockerfile"));
        var bases = From().Matches(dockerfile).Select(match => match.Groups["image"].Value).ToList();

        bases.ShouldNotBeEmpty();
        foreach (var image in bases) image.ShouldMatch(@"^[\w.-]+\.[\w.-]+/[\w./-]+:[\w.-]+@sha256:[0-9a-f]{64}$");
        // A shell between the runner and the program drops variables with a hyphen and swallows signals.
        dockerfile.ShouldContain($"\nENTRYPOINT [\"/app/{action}\"]\n");
        dockerfile.ShouldContain("\nUSER root\n");
        dockerfile.ShouldContain("--locked-mode");
        foreach (var label in new[] { "title", "description", "licenses", "base.name" }) dockerfile.ShouldContain($"org.opencontainers.image.{label}=");
    }

    [GeneratedRegex(@"^FROM (?<image>\S+)", RegexOptions.Multiline)]
    private static partial Regex From();
}
