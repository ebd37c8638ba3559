using System.Text.Json;

namespace Actions.RenovateRun.Reading;

/// <summary>
/// Renovate's own report (<c>RENOVATE_REPORT_TYPE=file</c>): <c>{problems: […], repositories: {name: {problems, branches, packageFiles, libYearsWithStatus}}}</c>.
/// </summary>
/// <param name="Problems">Warnings and errors that belong to no repository.</param>
/// <param name="Repositories">What it says of each repository.</param>
internal sealed record RunReport(IReadOnlyList<LoggedProblem> Problems, IReadOnlyList<RepositoryFacts> Repositories)
{
    /// <summary>Reads a report from a stream of any length.</summary>
    /// <exception cref="JsonException">It is no JSON, or ends early.</exception>
    public static RunReport Read(Stream stream)
    {
        using var tokens = new JsonTokens(stream);
        var problems = new List<LoggedProblem>();
        var repositories = new List<RepositoryFacts>();
        if (!tokens.Read() || tokens.Type != JsonTokenType.StartObject)
        {
            throw new JsonException("The report is no JSON object.");
        }

        while (tokens.Read() && tokens.Type == JsonTokenType.PropertyName)
        {
            switch (tokens.Text)
            {
                case "problems":
                    problems.AddRange(Elements(tokens).Select(RenovateJson.Problem));
                    break;
                case "repositories":
                    Expect(tokens, JsonTokenType.StartObject);
                    while (tokens.Read() && tokens.Type == JsonTokenType.PropertyName)
                    {
                        repositories.Add(Repository(tokens.Text!, tokens));
                    }

                    break;
                default:
                    tokens.ReadValue()?.Dispose();
                    break;
            }
        }

        return new RunReport([.. problems.Distinct()], repositories);
    }

    private static RepositoryFacts Repository(string name, JsonTokens tokens)
    {
        var facts = new RepositoryFacts(name);
        Expect(tokens, JsonTokenType.StartObject);
        while (tokens.Read() && tokens.Type == JsonTokenType.PropertyName)
        {
            switch (tokens.Text)
            {
                case "problems":
                    facts = facts with { Problems = [.. Elements(tokens).Select(RenovateJson.Problem).Distinct()] };
                    break;
                case "branches":
                    using (var branches = tokens.ReadValue())
                    {
                        facts = facts with { Branches = [.. RenovateJson.Branches(branches?.RootElement ?? default)] };
                    }

                    break;
                case "packageFiles":
                    facts = facts with { Dependencies = [.. Dependencies(tokens)] };
                    break;
                case "libYearsWithStatus":
                    using (var years = tokens.ReadValue())
                    {
                        facts = facts with { LibYears = years?.RootElement.Field("libYears").Number("total") };
                    }

                    break;
                default:
                    tokens.ReadValue()?.Dispose();
                    break;
            }
        }

        return facts;
    }

    private static List<Dependency> Dependencies(JsonTokens tokens)
    {
        var all = new List<Dependency>();
        Expect(tokens, JsonTokenType.StartObject);
        while (tokens.Read() && tokens.Type == JsonTokenType.PropertyName)
        {
            var manager = tokens.Text!;
            foreach (var file in Elements(tokens))
            {
                all.AddRange(RenovateJson.Dependencies(manager, file));
            }
        }

        return all;
    }

    /// <summary>The elements of the array that follows, one at a time; each is only valid until the next.</summary>
    private static IEnumerable<JsonElement> Elements(JsonTokens tokens)
    {
        Expect(tokens, JsonTokenType.StartArray);
        while (tokens.ReadValue() is { } element)
        {
            using (element)
            {
                yield return element.RootElement;
            }
        }
    }

    private static void Expect(JsonTokens tokens, JsonTokenType type)
    {
        if (!tokens.Read() || tokens.Type != type)
        {
            throw new JsonException($"The report has {tokens.Type} where {type} was expected.");
        }
    }
}
