using System.Text.Json;

namespace Actions.RenovateRun.Reading;

/// <summary>The parts that Renovate's log and report have in common. What is missing or has another type than expected counts as not said.</summary>
internal static class RenovateJson
{
    /// <summary><c>{manager: [{packageFile, deps: […]}]}</c>.</summary>
    public static IEnumerable<Dependency> Dependencies(JsonElement managers) =>
        from manager in managers.Fields()
        from file in manager.Value.Items()
        from dependency in Dependencies(manager.Name, file)
        select dependency;

    /// <summary><c>{packageFile, deps: […]}</c>.</summary>
    public static IEnumerable<Dependency> Dependencies(string manager, JsonElement file) =>
        file.Items("deps").Select(dependency => new Dependency
        {
            Manager = manager,
            File = file.Text("packageFile") ?? "",
            Name = dependency.Text("depName") ?? dependency.Text("packageName") ?? "",
            PackageName = dependency.Text("packageName") ?? dependency.Text("depName") ?? "",
            CurrentValue = dependency.Text("currentValue"),
            CurrentDigest = dependency.Text("currentDigest"),
            Datasource = dependency.Text("datasource") ?? "",
            SkipReason = dependency.Text("skipReason"),
            Warnings = [.. dependency.Items("warnings").Select(w => w.Text("message")).OfType<string>()],
            Updates = [.. dependency.Items("updates").Select(Update)],
        });

    /// <summary><c>[{branchName, prNo, prTitle, result, upgrades: [{packageFile}]}]</c>.</summary>
    public static IEnumerable<BranchOutcome> Branches(JsonElement branches) =>
        branches.Items().Select(branch => new BranchOutcome(
            branch.Text("branchName") ?? "",
            branch.Text("result") ?? "",
            branch.Text("prTitle") ?? "",
            (int?)branch.Number("prNo"),
            branch.Items("upgrades").Select(u => u.Text("packageFile")).FirstOrDefault(f => f is not null)));

    /// <summary><c>{host: {count, reqAvgMs, reqMaxMs}}</c>.</summary>
    public static IEnumerable<HostTraffic> Hosts(JsonElement hosts) =>
        hosts.Fields().Select(host => new HostTraffic(
            host.Name, (int)(host.Value.Number("count") ?? 0), host.Value.Number("reqAvgMs") ?? 0, host.Value.Number("reqMaxMs") ?? 0));

    /// <summary>A record of the log.</summary>
    public static LoggedProblem Problem(JsonElement record) => new(
        record.Number("level") >= 50,
        record.Text("msg") ?? "",
        Detail(record),
        record.Text("packageFile"),
        record.Text("branch"));

    private static FoundUpdate Update(JsonElement update) => new(
        update.Text("updateType") ?? "",
        update.Text("newValue"),
        update.Text("newDigest"),
        update.Text("branchName") ?? "",
        update.Flag("isVulnerabilityAlert"),
        update.Flag("pendingChecks"));

    // Errors of Renovate's own ("validationMessage") say more than the word that they are thrown with.
    private static string Detail(JsonElement record)
    {
        var error = record.Field("err");
        return error.Text("validationMessage") ?? error.Text("message") ?? error.Field("err").Text("message") ?? record.Text("errorMessage") ?? record.Text("configFile") ?? "";
    }
}

/// <summary>Reads fields of JSON that may be there or not, without exceptions.</summary>
internal static class JsonFields
{
    public static JsonElement Field(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : default;

    public static string? Text(this JsonElement element, string name) =>
        element.Field(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    public static double? Number(this JsonElement element, string name) =>
        element.Field(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetDouble(out var number) && double.IsFinite(number) ? number : null;

    public static bool Flag(this JsonElement element, string name) => element.Field(name).ValueKind == JsonValueKind.True;

    public static IEnumerable<JsonElement> Items(this JsonElement element, string name) => element.Field(name).Items();

    public static IEnumerable<JsonElement> Items(this JsonElement element) => element.ValueKind == JsonValueKind.Array ? element.EnumerateArray() : [];

    public static IEnumerable<JsonProperty> Fields(this JsonElement element) => element.ValueKind == JsonValueKind.Object ? element.EnumerateObject() : [];
}
