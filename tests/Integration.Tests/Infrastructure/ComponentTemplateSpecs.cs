using System.Diagnostics;
using System.Text.RegularExpressions;
using Integration.Tests.Harness;
using Integration.Tests.Samples;

namespace Integration.Tests.Infrastructure;

/// <summary>The recipe for a new component on every cluster, tried as docs/how-to/add-a-component.md gives it.</summary>
public sealed partial class ComponentTemplateSpecs : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("component-");

    [Fact(Timeout = 120_000)]
    public async Task A_component_made_by_the_recipe_is_valid_and_restricted()
    {
        var recipe = ShellBlock().Match(await File.ReadAllTextAsync(Repository.Path("docs", "how-to", "add-a-component.md"), TestContext.Current.CancellationToken)).Groups["shell"].Value;
        Copy(Repository.Path("infrastructure", "controllers"), Path.Combine(_folder.FullName, "infrastructure", "controllers"));

        using var shell = Process.Start(new ProcessStartInfo("bash", ["-euo", "pipefail", "-c", recipe]) { WorkingDirectory = _folder.FullName, RedirectStandardError = true })!;
        var errors = await shell.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
        shell.ExitCode.ShouldBe(0, errors);

        var result = await Validator.RunInAsync(_folder.FullName, "--paths", "infrastructure", "--pod-security", "restricted", "--fail-on", "warning");
        result.Findings.ShouldBeEmpty();
        result.ExitCode.ShouldBe(0, result.Errors);
        foreach (var file in Directory.EnumerateFiles(_folder.FullName, "*.yaml", SearchOption.AllDirectories).Where(f => f.Contains("/metrics-proxy/", StringComparison.Ordinal)))
            File.ReadAllText(file).ShouldNotContain("name: component");
        Directory.Exists(Path.Combine(_folder.FullName, "infrastructure", "controllers", "staging", "metrics-proxy")).ShouldBeTrue();
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    [GeneratedRegex(@"```sh\n(?<shell>.*?)```", RegexOptions.Singleline)]
    private static partial Regex ShellBlock();
}
